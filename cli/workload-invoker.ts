import { runProgram } from '../common/program.js';
import { invokerCommand } from '../invoker/command.js';
import { withEmbedded } from './with-embedded.js';

await runProgram('WorkloadInvoker', (args) => invokerCommand(args, { name: 'WorkloadInvoker', withEmbedded }));
