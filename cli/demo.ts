import { readlink } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { execa } from 'execa';
import { EXIT, FaaslabError } from '../common/errors.js';
import { packageRoot } from '../common/package-root.js';
import type { PlatformAccess } from '../platforms/access.js';
import { startPlatformProcess } from './platform-process.js';

const FUNCTIONS = ['hello', 'sleep', 'cpu', 'faas_measure'];

type Program = (name: string, ...args: string[]) => Promise<void>;

/**
 * The main job on real input, with the commands that a user would type: each is shown before it runs, in a process of its
 * own that finds the platform as production's would be found, by the environment.
 * @returns the first exit code that is not 0, else 0
 */
export async function demo(): Promise<number> {
  const began = Date.now();
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  try {
    say('The embedded platform starts; four functions are deployed, as onto a real OpenWhisk:');
    await onFreshPlatform(stop.signal, async (program) => {
      await program('WorkloadInvoker', '-c', shown('configs', 'demo.json'));
      await program('WorkloadAnalyzer', '-r', '-p', '-a', '--report');
    });
    const first = await latestRun();

    say('\nThe same workload on a platform as fresh as the first, with a `sleep` that lasts 60 ms instead of 50:');
    await onFreshPlatform(stop.signal, async (program) => {
      await program('WorkloadInvoker', '-c', shown('configs', 'demo-candidate.json'));
      await program('WorkloadAnalyzer', '-a');
    });
    await runProgramOfOurs('ComparativeAnalyzer', ['-s', String(began), '-p', '--report'], process.env, stop.signal);

    say(`\nDone in ${((Date.now() - began) / 1000).toFixed(0)} s. Look at:`);
    say(`  the report        ${join(first, 'report.html')}`);
    say(`  its pictures      ${join(first, 'plots')}/`);
    say('  the archive       data_archive/');
    say('  the comparison    comparisons/');
    return EXIT.done;
  } catch (error) {
    if (error instanceof ProgramFailed) return error.programExitCode;
    throw error;
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Runs are compared, so each gets a platform that has executed nothing before it. */
async function onFreshPlatform(signal: AbortSignal, work: (program: Program) => Promise<void>): Promise<void> {
  const platform = await startPlatformProcess();
  const env = { ...process.env, ...environmentOf(platform.access) };
  const program: Program = (name, ...args) => runProgramOfOurs(name, args, env, signal);
  try {
    await program('faaslab', 'deploy', ...FUNCTIONS.map((name) => shown('functions', name)), '--to', 'openwhisk');
    await work(program);
  } finally {
    await platform.stop();
  }
}

class ProgramFailed extends FaaslabError {
  override readonly name = 'ProgramFailed';
  readonly programExitCode: number;
  constructor(program: string, exitCode: number) {
    super(`${program} ended with exit code ${exitCode}`);
    this.programExitCode = exitCode;
  }
}

async function runProgramOfOurs(
  name: string,
  args: string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<void> {
  process.stdout.write(`\n$ ${name} ${args.join(' ')}\n`);
  const { exitCode = EXIT.failed } = await execa(process.execPath, [join(packageRoot, name), ...args], {
    stdio: 'inherit',
    env,
    reject: false,
  });
  if (signal.aborted) throw new ProgramFailed(name, EXIT.interrupted);
  // A busy machine can make the run late: the verdict says so, and everything after it still has something to show.
  if (exitCode !== EXIT.done && exitCode !== EXIT.invalid) throw new ProgramFailed(name, exitCode);
}

/** The standard variables by which every client finds a platform and its database. */
function environmentOf({ openwhisk, couchdb, pid }: PlatformAccess): NodeJS.ProcessEnv {
  return {
    WHISK_APIHOST: openwhisk!.apiHost,
    WHISK_AUTH: openwhisk!.auth,
    COUCHDB_URL: couchdb!.url,
    COUCHDB_USER: couchdb!.username,
    COUCHDB_PASSWORD: couchdb!.password,
    // The demo's report shows the demo's own workers.
    FAASLAB_PLATFORM_PID: String(pid),
  };
}

/** A path of the package as the user would type it: relative in a checkout, whole for an installed package. */
function shown(...parts: string[]): string {
  const whole = join(packageRoot, ...parts);
  const fromHere = relative(process.cwd(), whole);
  return fromHere.startsWith('..') ? whole : fromHere;
}

async function latestRun(): Promise<string> {
  return relative(process.cwd(), resolve('runs', await readlink(join('runs', 'latest'))));
}
