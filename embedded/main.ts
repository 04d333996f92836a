import { runProgram } from '../common/program.js';
import { platformCommand } from './command.js';

await runProgram('faaslab platform', platformCommand);
