import { runProgram } from '../common/program.js';
import { comparativeCommand } from '../comparative/command.js';

await runProgram('ComparativeAnalyzer', (args) => comparativeCommand(args, { name: 'ComparativeAnalyzer' }));
