import { access, constants, stat } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { execa } from 'execa';
import { ConfigError } from '../../common/errors.js';
import type { OpenWhiskAccess } from '../access.js';

/** The `wsk` of this machine. */
export interface Wsk {
  /** absolute */
  path: string;
  /** as it tells it; of a release its build time */
  version: string;
}

/** What `wsk` answers without a platform. */
export const VERSION_QUESTION = ['property', 'get', '--cliversion'];

const ADVICE =
  'install the OpenWhisk CLI (https://github.com/apache/openwhisk-cli/releases), or use endpoint "local_openwhisk", which needs none';

/**
 * Finds `wsk` on PATH and sees that it runs.
 * @throws ConfigError if there is none, or it does not run
 */
export async function findWsk(): Promise<Wsk> {
  const path = await onPath('wsk');
  if (path === null) throw new ConfigError(`endpoint "wsk" needs the wsk CLI, and it is not on PATH: ${ADVICE}`);
  const { stdout, stderr, exitCode, shortMessage } = await execa(path, VERSION_QUESTION, {
    stdin: 'ignore',
    env: ownEnvironment(),
    extendEnv: false,
    reject: false,
    timeout: 30_000,
  });
  const version = /^whisk CLI version\s+(\S.*)$/m.exec(stdout)?.[1];
  if (exitCode === 0 && version !== undefined) return { path, version: version.trim() };
  const said = (stderr || stdout).trim().split('\n')[0]! || shortMessage || 'it said nothing';
  throw new ConfigError(`${path} does not run as the wsk CLI (wsk property get --cliversion: ${said}): ${ADVICE}`);
}

async function onPath(name: string): Promise<string | null> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = resolve(join(folder, name));
    if (await isExecutable(path)) return path;
  }
  return null;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    // A folder is executable, too, in a sense of its own.
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/** Place and key for `wsk`, by environment only: in an argument list every user of the machine could read them. */
export function environmentFor({ apiHost, auth }: OpenWhiskAccess): Record<string, string> {
  // The version that preflight asks; a .wskprops could name another.
  return { ...ownEnvironment(), WHISK_APIHOST: apiHost, WHISK_AUTH: auth, WHISK_APIVERSION: 'v1' };
}

/** Our environment, but for what would make it print everything that it does, the key among it. */
function ownEnvironment(): Record<string, string> {
  const own = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(own.filter(([name]) => name !== 'WSK_CLI_DEBUG'));
}
