import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, rmSync } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { systemErrorCode } from './errors.js';

/** Where a file is written before it is renamed to its name: beside it, so that the rename stays on one disk. */
export function besidePath(path: string): string {
  const beside = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.part`;
  begun.add(beside);
  return beside;
}

/** What this process began to write and may have to take away again. */
const begun = new Set<string>();

/** Notes a path that is to go when the process ends in the middle of its work. */
export function noteBegun(path: string): void {
  begun.add(path);
}

/** It lies where it belongs, or is gone. */
export function forgetBegun(path: string): void {
  begun.delete(path);
}

/** Removes what was begun and did not get its name: the last thing that a process does which ends in the middle of its work. */
export function removeBegun(): void {
  for (const path of begun) rmSync(path, { force: true, recursive: true });
  begun.clear();
}

/**
 * Writes a file so that a reader sees either all of it or nothing: written beside, flushed to disk, then renamed.
 * @param mode permission bits, e.g. 0o600 for what holds answers of functions
 */
export async function writeFileAtomic(path: string, content: string | Uint8Array, mode = 0o644): Promise<void> {
  await replaceAtomically(path, async (beside) => {
    const file = await open(beside, 'w', mode);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
  });
}

/**
 * Lets `write` make a file beside `path` and renames it there; whatever fails, no part of it remains.
 * @throws Error for a device, a pipe or a socket (also behind a link such as /dev/stdout): a rename would remove it
 */
export async function replaceAtomically(path: string, write: (beside: string) => Promise<void>): Promise<void> {
  const there = await stat(path).catch(() => null);
  if (there !== null && !there.isFile() && !there.isDirectory()) throw new Error('it is no regular file');
  const beside = besidePath(path);
  try {
    await write(beside);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true, recursive: true });
    throw error;
  } finally {
    forgetBegun(beside);
  }
}

/**
 * Makes a folder and those above it. Node's own recursive mkdir never ends where folders cannot be made (/proc): what users
 * name is made by this.
 * @param mode permission bits of the folder itself; one that is there keeps its own
 * @throws the system's error, or one that says that the place takes no folders
 */
export async function makeFolders(path: string, mode = 0o777): Promise<void> {
  const there = await stat(path).catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return null;
    throw error;
  });
  if (there?.isDirectory()) return;
  if (there === null) await makeFolders(dirname(path));
  try {
    await mkdir(path, mode);
  } catch (error) {
    const code = systemErrorCode(error);
    // Another program may have made it meanwhile.
    if (code === 'EEXIST' && (await stat(path).catch(() => null))?.isDirectory()) return;
    if (code === 'EEXIST') throw new Error('a file of that name is in the way', { cause: error });
    if (code === 'ENOENT') throw new Error(`${dirname(path)} takes no folders`, { cause: error });
    throw error;
  }
}

/** SHA-256 of a file, in hexadecimal, read as a stream. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** Of the 255 bytes that a file system allows a name, time stamps, `_2` and what `besidePath` adds take the rest. */
const LONGEST_SAFE = 150;
/** A name that is cut stays longer than LONGEST_SAFE with its hash, so that it is never the name of another. */
const CUT_AT = 148;

/**
 * A test name as a part of a path: everything but letters, digits, `.`, `_`, `-` is percent-encoded, so that two names
 * never share a path and no name leaves its folder. What is too long for a folder's name ends in a hash of the whole.
 */
export function pathSafe(name: string): string {
  const pieces = [...name].map((char) => (/^[A-Za-z0-9._-]$/.test(char) ? char : percentEncoded(char)));
  const whole = pieces.join('');
  if (whole.length <= LONGEST_SAFE) return whole;
  let cut = '';
  for (const piece of pieces) {
    if (cut.length + piece.length > CUT_AT) break;
    cut += piece;
  }
  return `${cut}-${createHash('sha256').update(name).digest('hex').slice(0, 16)}`;
}

function percentEncoded(char: string): string {
  return [...Buffer.from(char, 'utf8')].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}
