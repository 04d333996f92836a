import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { packageRoot } from '../../common/package-root.js';

export interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

export interface Surroundings {
  /** the working directory */
  cwd: string;
  /** added to the bare environment */
  env?: Record<string, string>;
  /** where the executables are; default: this checkout */
  from?: string;
}

/** What a new user has: an empty HOME, a PATH, and nothing of ours or of any platform in the environment. */
export function bareEnvironment(cwd: string, added: Record<string, string> = {}): Record<string, string> {
  const path = [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter);
  return { PATH: path, HOME: join(cwd, 'home'), ...added };
}

/** Runs one of our executables to its end, as a new user would. */
export function runProgram(name: string, args: string[], { cwd, env, from = packageRoot }: Surroundings): Ended {
  return spawnSync(join(from, name), args, {
    cwd,
    env: bareEnvironment(cwd, env),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
}

/** Starts one of our executables and leaves it running; it is killed at the end of the test if it still runs then. */
export function startProgram(
  name: string,
  args: string[],
  { cwd, env, from = packageRoot }: Surroundings,
): ChildProcessWithoutNullStreams {
  const child = spawn(join(from, name), args, { cwd, env: bareEnvironment(cwd, env) });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** Runs one of our executables to its end while this process goes on: for programs that talk to a server of the test. */
export async function programEnded(name: string, args: string[], surroundings: Surroundings): Promise<Ended> {
  const child = startProgram(name, args, surroundings);
  const ended: Ended = { status: null, stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (ended.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (ended.stderr += text));
  [ended.status] = (await once(child, 'close')) as [number | null];
  return ended;
}

/** An empty folder for one test, removed at its end. */
export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'faaslab-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * The variables by which the programs find a platform of ours that runs until the end of the test.
 * @param flags further ones of `faaslab platform`
 */
export async function platformForTest(cwd: string, flags: string[] = []): Promise<Record<string, string>> {
  const platform = startProgram('faaslab', ['platform', '--json', ...flags], { cwd });
  // SIGTERM lets it remove its state and its instances; the kill of startProgram comes after and finds nothing.
  onTestFinished(async () => {
    const gone = once(platform, 'exit');
    if (platform.exitCode === null && platform.kill('SIGTERM')) await gone;
  });
  const ended = once(platform, 'exit').then(([code]) => Promise.reject(new Error(`the platform ended with ${code}`)));
  ended.catch(() => undefined);
  const [line] = await Promise.race([
    once(createInterface({ input: platform.stdout }), 'line') as Promise<[string]>,
    ended,
  ]);
  const { openwhisk, couchdb } = JSON.parse(line) as {
    openwhisk: { api_host: string; auth: string };
    couchdb: { url: string; username: string; password: string };
  };
  return {
    WHISK_APIHOST: openwhisk.api_host,
    WHISK_AUTH: openwhisk.auth,
    COUCHDB_URL: couchdb.url,
    COUCHDB_USER: couchdb.username,
    COUCHDB_PASSWORD: couchdb.password,
  };
}
