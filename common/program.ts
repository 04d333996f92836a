import { EXIT, FaaslabError, messageOf } from './errors.js';

/**
 * Runs a program's main function and ends the process with its exit code. Errors for users are printed as they are, a
 * line each; anything else is a defect and says so, with its stack only when `--verbose` was asked for.
 * stdout is let drain before the end, so that `program | head` and `program > file` lose nothing.
 */
export async function runProgram(name: string, main: (args: string[]) => Promise<number>): Promise<void> {
  const args = process.argv.slice(2);
  const verbose = args.includes('--verbose') || args.includes('-v');
  // `WorkloadAnalyzer | head` closes our stdout: that is the reader's right, and no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) =>
    process.exit(error.code === 'EPIPE' ? EXIT.done : EXIT.failed),
  );
  try {
    process.exitCode = await main(args);
  } catch (error) {
    process.exitCode = reportFault(name, error, verbose);
  }
}

function reportFault(name: string, error: unknown, verbose: boolean): number {
  if (error instanceof FaaslabError) {
    process.stderr.write(`${name}: ${error.message}\n`);
    if (verbose && error.stack !== undefined) process.stderr.write(`${error.stack}\n`);
    return error.exitCode;
  }
  process.stderr.write(
    `${name}: this should not have happened: ${messageOf(error)} (run again with --verbose to see where)\n`,
  );
  if (verbose && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return EXIT.failed;
}
