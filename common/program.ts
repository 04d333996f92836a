import { EXIT, FaaslabError, messageOf, systemErrorCode } from './errors.js';
import { plainLines } from './plain-text.js';

/**
 * Runs a program's main function and ends the process with its exit code. Errors for users are printed as they are, a
 * line each; what the system refuses is named in words; anything else is a defect and says so, with its stack only when
 * `--verbose` was asked for.
 */
export async function runProgram(name: string, main: (args: string[]) => Promise<number>): Promise<void> {
  const args = process.argv.slice(2);
  const verbose = args.includes('--verbose') || args.includes('-v');
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // `WorkloadAnalyzer | head` closes our stdout: that is the reader's right, and no error. The exit code stays main's.
    if (error.code === 'EPIPE') return;
    process.stderr.write(`${name}: stdout cannot be written: ${systemFault(error) ?? error.message}\n`);
    process.exit(EXIT.failed);
  });
  // Ctrl-C ends the `tee` that reads our stderr too, and a terminal may go: neither may end a run before it is recorded.
  process.stderr.on('error', () => undefined);
  try {
    process.exitCode = await main(args);
  } catch (error) {
    process.stderr.write(plainLines(`${name}: ${faultLine(error)}\n`));
    if (verbose && error instanceof Error) process.stderr.write(plainLines(`${error.stack}\n`));
    process.exitCode = error instanceof FaaslabError ? error.exitCode : EXIT.failed;
  }
}

function faultLine(error: unknown): string {
  if (error instanceof FaaslabError) return error.message;
  return (
    systemFault(error) ?? `this should not have happened: ${messageOf(error)} (run again with --verbose to see where)`
  );
}

/** What the system refuses at any write or open, in a user's words. */
const SYSTEM_FAULTS: Record<string, string> = {
  ENOSPC: 'the disk is full; make room, or choose another place',
  EDQUOT: 'the quota of the disk is used up; make room, or choose another place',
  EROFS: 'the file system is read-only; choose another place',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EIO: 'the disk failed to read or write',
  EMFILE: 'too many open files; raise the limit (ulimit -n)',
};

/** One line for a fault of the system, with the path where it names one; undefined for anything else. */
function systemFault(error: unknown): string | undefined {
  // The database tells a full disk in words only.
  const code = systemErrorCode(error) ?? (/No space left on device/.test(messageOf(error)) ? 'ENOSPC' : '');
  const fault = SYSTEM_FAULTS[code];
  if (fault === undefined) return undefined;
  const { path } = error as NodeJS.ErrnoException;
  // Files are written beside their name first; the user knows the name.
  return path === undefined ? fault : `${path.replace(/\.\d+-[0-9a-f]{8}\.part$/, '')}: ${fault}`;
}
