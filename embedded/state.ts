import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { messageOf, PlatformError } from '../common/errors.js';
import { writeFileAtomic } from '../common/files.js';

/** The secrets of one platform, drawn when its state begins. */
export interface Keys {
  /** OpenWhisk's key, `uuid:key` */
  openwhisk: string;
  couchdbUser: string;
  couchdbPassword: string;
  /** AWS's, for Lambda and CloudWatch Logs */
  accessKeyId: string;
  secretAccessKey: string;
}

/** Where a platform keeps its things. */
export interface State {
  /** functions, activations, truth, keys */
  folder: string;
  /** code, sockets and the instances' own folders: always temporary */
  temporaryFolder: string;
  keys: Keys;
  /** Gives the folder free for the next platform, and removes what is temporary. */
  close(): Promise<void>;
}

/**
 * Opens a state folder, or a temporary one.
 * @param folder null = temporary, gone when the platform ends
 * @throws PlatformError if it cannot be written, or another platform uses it
 */
export async function openState(folder: string | null): Promise<State> {
  const temporaryFolder = await mkdtemp(join(tmpdir(), 'faaslab-'));
  try {
    const own = folder === null ? join(temporaryFolder, 'state') : resolve(folder);
    await mkdir(own, { recursive: true, mode: 0o700 });
    const lock = join(own, 'platform.pid');
    await takeLock(own, lock);
    const keys = await readOrDrawKeys(join(own, 'keys.json'));
    return {
      folder: own,
      temporaryFolder,
      keys,
      async close() {
        await rm(lock, { force: true });
        await rm(temporaryFolder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(temporaryFolder, { recursive: true, force: true });
    if (error instanceof PlatformError) throw error;
    throw new PlatformError(`--state ${folder}: ${messageOf(error)}`, { cause: error });
  }
}

/** Two platforms in one folder would write into each other's files. */
async function takeLock(folder: string, lock: string): Promise<void> {
  const owner = Number(await readFile(lock, 'utf8').catch(() => '0'));
  if (owner > 0 && owner !== process.pid && isRunning(owner)) {
    throw new PlatformError(
      `--state ${folder}: in use by the platform with process id ${owner}; stop it, or use another folder`,
    );
  }
  await writeFile(lock, String(process.pid));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function readOrDrawKeys(path: string): Promise<Keys> {
  let kept: Partial<Keys> = {};
  try {
    kept = JSON.parse(await readFile(path, 'utf8')) as Partial<Keys>;
    if (typeof kept.openwhisk !== 'string' || typeof kept.couchdbPassword !== 'string') {
      throw new PlatformError(`${path} does not hold the keys of a platform; remove it to have new ones drawn`);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  // A state of before Lambda was spoken has no key of AWS's form.
  const keys: Keys = { ...drawKeys(), ...kept };
  if (Object.keys(keys).length > Object.keys(kept).length) {
    await writeFileAtomic(path, `${JSON.stringify(keys)}\n`, 0o600);
  }
  return keys;
}

function drawKeys(): Keys {
  return {
    openwhisk: `${randomUUID()}:${alphanumerics(64)}`,
    couchdbUser: 'whisk_admin',
    couchdbPassword: alphanumerics(32),
    // The form of AWS's: AKIA and sixteen of the letters and digits of base32.
    accessKeyId: `AKIA${Array.from(randomBytes(16), (byte) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[byte % 32]).join('')}`,
    secretAccessKey: alphanumerics(40),
  };
}

function alphanumerics(length: number): string {
  let text = '';
  while (text.length < length) text += randomBytes(length).toString('base64').replaceAll(/[+/=]/g, '');
  return text.slice(0, length);
}
