import { posix } from 'node:path';
import { inflateRawSync } from 'node:zlib';

/** An archive that cannot be used; the message says why. */
export class UnzipError extends Error {
  override readonly name = 'UnzipError';
}

/** A file of an archive. */
export interface ArchivedFile {
  /** relative, `/`-separated, inside the archive's folder */
  path: string;
  content: Buffer;
}

const END_OF_DIRECTORY = 0x06_05_4b_50;
const DIRECTORY_ENTRY = 0x02_01_4b_50;
const STORED = 0;
const DEFLATED = 8;

/**
 * The files of a zip archive: stored and deflated entries, as every tool writes them. Folders and symbolic links are left out.
 *
 * @param limitBytes of all files together, unpacked: a small archive may hold endless zeros
 * @throws UnzipError for what is no zip, is encrypted, too large, or would leave its folder
 * @see PKWARE APPNOTE 6.3.10, sections 4.3.12 and 4.3.16
 */
export function unzip(archive: Buffer, limitBytes = 256 * 2 ** 20): ArchivedFile[] {
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0 || end + 22 > archive.length || archive.readUInt32LE(end) !== END_OF_DIRECTORY) {
    throw new UnzipError('it is not a zip archive');
  }
  const count = archive.readUInt16LE(end + 10);
  const files: ArchivedFile[] = [];
  let at = archive.readUInt32LE(end + 16);
  let room = limitBytes;
  for (let i = 0; i < count; i += 1) {
    if (at + 46 > archive.length || archive.readUInt32LE(at) !== DIRECTORY_ENTRY) throw new UnzipError('it is damaged');
    const nameEnd = at + 46 + archive.readUInt16LE(at + 28);
    const name = archive.toString('utf8', at + 46, nameEnd);
    const fileType = (archive.readUInt32LE(at + 38) >>> 28) & 0xf;
    if (!name.endsWith('/') && fileType !== 0xa) {
      const content = contentOf(archive, at, name, room);
      room -= content.length;
      files.push({ path: safePath(name), content });
    }
    at = nameEnd + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return files;
}

function contentOf(archive: Buffer, entry: number, name: string, room: number): Buffer {
  if ((archive.readUInt16LE(entry + 8) & 1) === 1) throw new UnzipError(`${name} is encrypted`);
  const method = archive.readUInt16LE(entry + 10);
  const packed = archive.readUInt32LE(entry + 20);
  const header = archive.readUInt32LE(entry + 42);
  if (header + 30 > archive.length) throw new UnzipError('it is damaged');
  const start = header + 30 + archive.readUInt16LE(header + 26) + archive.readUInt16LE(header + 28);
  const bytes = archive.subarray(start, start + packed);
  if (bytes.length !== packed) throw new UnzipError('it is damaged');
  if (method === STORED && packed <= room) return bytes;
  if (method !== DEFLATED && method !== STORED)
    throw new UnzipError(`${name} is packed by an unknown method (${method})`);
  try {
    return inflateRawSync(bytes, { maxOutputLength: Math.max(1, room) });
  } catch (error) {
    const tooLarge = method === STORED || (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    throw new UnzipError(tooLarge ? 'it is too large when unpacked' : `${name} is damaged`, { cause: error });
  }
}

function safePath(name: string): string {
  const path = posix.normalize(name.replaceAll('\\', '/'));
  if (path.startsWith('/') || path === '..' || path.startsWith('../') || path.includes('\0')) {
    throw new UnzipError(`${name} lies outside its folder`);
  }
  return path;
}
