import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

/** Where a file is written before it is renamed to its name: beside it, so that the rename stays on one disk. */
export function besidePath(path: string): string {
  return `${path}.${process.pid}-${randomBytes(4).toString('hex')}.part`;
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

/** Lets `write` make a file beside `path` and renames it there; whatever fails, no part of it remains. */
export async function replaceAtomically(path: string, write: (beside: string) => Promise<void>): Promise<void> {
  const beside = besidePath(path);
  try {
    await write(beside);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true, recursive: true });
    throw error;
  }
}

/** SHA-256 of a file, in hexadecimal, read as a stream. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/**
 * A test name as a part of a path: everything but letters, digits, `.`, `_`, `-` is percent-encoded, so that two names
 * never share a path and no name leaves its folder.
 */
export function pathSafe(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9._-]/gu, (char) =>
    [...Buffer.from(char, 'utf8')].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
}
