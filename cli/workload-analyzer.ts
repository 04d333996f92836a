import { analyzerCommand } from '../analyzer/command.js';
import { runProgram } from '../common/program.js';

await runProgram('WorkloadAnalyzer', (args) => analyzerCommand(args, { name: 'WorkloadAnalyzer' }));
