import { runProgram } from '../common/program.js';
import { umbrellaCommand } from './umbrella-command.js';

await runProgram('faaslab', umbrellaCommand);
