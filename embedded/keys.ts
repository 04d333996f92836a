import { randomBytes, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { PlatformError, systemErrorCode } from '../common/errors.js';
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

/**
 * The keys that a file holds, or fresh ones, which it then holds.
 * @throws PlatformError if the file holds something else; what it holds is not told
 */
export async function readOrDrawKeys(path: string): Promise<Keys> {
  const kept = await readKeys(path);
  // A state of before Lambda was spoken has no key of AWS's form.
  const keys: Keys = { ...drawKeys(), ...kept };
  if (Object.keys(keys).length > Object.keys(kept).length) {
    await writeFileAtomic(path, `${JSON.stringify(keys)}\n`, 0o600);
  }
  return keys;
}

async function readKeys(path: string): Promise<Partial<Keys>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return {};
    throw error;
  }
  const kept = objectIn(text);
  const isComplete = typeof kept['openwhisk'] === 'string' && typeof kept['couchdbPassword'] === 'string';
  if (isComplete && Object.values(kept).every((value) => typeof value === 'string')) return kept;
  throw new PlatformError(
    `${path} does not hold the keys of a platform; put back the one that it had, or remove it to have new keys drawn`,
  );
}

function objectIn(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>;
  } catch {
    return {};
  }
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
