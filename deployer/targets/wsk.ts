import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { PlatformError } from '../../common/errors.js';
import { environmentFor, findWsk } from '../../platforms/wsk/binary.js';
import {
  openWhiskClient,
  type Action,
  type ActivationRecord,
  type OpenWhiskClient,
  type OpenWhiskTarget,
} from './openwhisk.js';

/** Exit codes of `wsk`: the HTTP status less 256, as a byte. */
const NOT_FOUND = 404 - 256;
const FUNCTION_FAILED = 502 - 256;

/** Longer than OpenWhisk's own limit of a blocking call, 60 s. */
const PATIENCE_MS = 70_000;

interface Said {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/**
 * The same calls as `openWhiskClient`, each by a `wsk` process: what works here works in a test with endpoint "wsk".
 * @throws ConfigError if there is no `wsk`
 */
export async function wskClient(target: OpenWhiskTarget): Promise<OpenWhiskClient> {
  const { path } = await findWsk();
  const { access, insecure = false } = target;
  // wsk does not tell which languages a platform executes.
  const rest = openWhiskClient(target);
  const folder = await mkdtemp(join(tmpdir(), 'faaslab-wsk-probe-'));

  /** @param also exit codes besides 0 that are answers and no faults */
  async function wsk(args: string[], also: readonly number[] = []): Promise<Said> {
    const ended = await execa(path, [...(insecure ? ['-i'] : []), ...args], {
      stdin: 'ignore',
      env: environmentFor(access),
      extendEnv: false,
      reject: false,
      timeout: PATIENCE_MS,
    });
    const { exitCode = 1, stdout, stderr, timedOut } = ended;
    if (!timedOut && (exitCode === 0 || also.includes(exitCode))) return { exitCode, stdout, stderr };
    const why = timedOut ? `no end within ${PATIENCE_MS / 1_000} s` : (stderr || stdout).trim().split('\n')[0]!;
    throw new PlatformError(`wsk ${args.slice(0, 3).join(' ')}: exit code ${exitCode}: ${why}`);
  }

  return {
    languages: () => rest.languages(),
    async action(application) {
      const { exitCode, stdout } = await wsk(['action', 'get', application], [NOT_FOUND]);
      return exitCode === NOT_FOUND ? null : (jsonIn(stdout) as Action);
    },
    async putAction(application, { exec, limits, annotations }) {
      const file = join(folder, 'code');
      await writeFile(file, exec.code, { mode: 0o600 });
      const marks = annotations.flatMap(({ key, value }) => ['-a', key, String(value)]);
      const runtime = ['--kind', exec.kind, '--main', exec.main];
      const sizes = ['--memory', String(limits.memory), '--timeout', String(limits.timeout)];
      await wsk(['action', 'update', application, file, ...runtime, ...sizes, ...marks]);
    },
    async deleteAction(application) {
      await wsk(['action', 'delete', application]);
    },
    async actions() {
      const { stdout } = await wsk(['action', 'list', '--limit', '200']);
      // `/guest/name   private nodejs:20`
      const names = [...stdout.matchAll(/^\/\S+\/(\S+)\s+(?:private|shared)\b/gm)].map(([, name]) => name!);
      return names.map((name) => ({ name, annotations: [] }));
    },
    async invoke(application, parameters) {
      const file = join(folder, 'parameters.json');
      await writeFile(file, JSON.stringify(parameters), { mode: 0o600 });
      const said = await wsk(['action', 'invoke', application, '--blocking', '-P', file], [FUNCTION_FAILED]);
      return jsonIn(said.exitCode === 0 ? said.stdout : said.stderr) as ActivationRecord;
    },
    async activation(activationId) {
      const { exitCode, stdout } = await wsk(['activation', 'get', activationId], [NOT_FOUND]);
      return exitCode === NOT_FOUND ? null : (jsonIn(stdout) as ActivationRecord);
    },
    async close() {
      await rest.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The JSON below a line such as `ok: got action hello`. @throws PlatformError where there is none */
function jsonIn(said: string): unknown {
  try {
    return JSON.parse(said.slice(said.indexOf('\n') + 1));
  } catch {
    throw new PlatformError(`wsk said no JSON, but: ${said.trim().split('\n')[0]}`);
  }
}
