import { open, type FileHandle } from 'node:fs/promises';
import { messageOf, PlatformError } from '../../common/errors.js';

/** A file of lines that only grows. */
export interface Journal {
  /** Appends lines, each ending in a newline; resolves when the file holds them, with the offset of the first byte. */
  append(lines: string): Promise<number>;
  /** The bytes of a range. */
  read(offset: number, length: number): Promise<Buffer>;
  /** bytes that it holds, or will when all is written */
  size(): number;
  close(): Promise<void>;
}

/**
 * Opens a journal, new or of an earlier life. A last line cut off by a crash is removed.
 * @param onLine called for each line that is there
 * @throws PlatformError naming the line for which `onLine` throws: somebody may have put it there
 */
export async function openJournal(
  path: string,
  onLine?: (line: string, offset: number, length: number) => void,
): Promise<Journal> {
  const file = await open(path, 'a+', 0o600);
  let lines = 0;
  const read =
    onLine &&
    ((line: string, offset: number, length: number): void => {
      lines += 1;
      try {
        onLine(line, offset, length);
      } catch (error) {
        throw new PlatformError(
          `${path}: line ${lines} is no record that can be kept here (${messageOf(error)}): mend it, or remove it`,
          { cause: error },
        );
      }
    });
  let end: number;
  try {
    end = await readLines(path, read);
    if ((await file.stat()).size > end) await file.truncate(end);
  } catch (error) {
    await file.close();
    throw error;
  }
  let last: Promise<unknown> = Promise.resolve();

  return {
    append(text) {
      const bytes = Buffer.from(text);
      const offset = end;
      end += bytes.length;
      const written = last.then(() => file.appendFile(bytes)).then(() => offset);
      last = written.catch(() => undefined);
      return written;
    },
    read: (offset, length) => readRange(file, offset, length),
    size: () => end,
    async close() {
      await last;
      await file.close();
    },
  };
}

async function readRange(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled);
    if (bytesRead === 0) throw new Error('the journal of activations is shorter than its index: was it changed?');
    filled += bytesRead;
  }
  return bytes;
}

/** A line is read at least this much at a time. */
const READ_BYTES = 1 << 20;

/**
 * Calls `onLine` for each complete line; returns where the last one ends. One buffer serves for all of the file: fresh ones
 * would be hundreds of megabytes before they are collected.
 */
async function readLines(
  path: string,
  onLine?: (line: string, offset: number, length: number) => void,
): Promise<number> {
  const file = await open(path, 'r');
  try {
    let buffer = Buffer.allocUnsafeSlow(READ_BYTES);
    let held = 0;
    let end = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, held, buffer.length - held, end + held);
      if (bytesRead === 0) return end;
      const filled = held + bytesRead;
      let from = 0;
      for (;;) {
        const newline = buffer.subarray(0, filled).indexOf(10, from);
        if (newline < 0) break;
        onLine?.(buffer.toString('utf8', from, newline), end, newline - from);
        end += newline + 1 - from;
        from = newline + 1;
      }
      buffer.copyWithin(0, from, filled);
      held = filled - from;
      if (held === buffer.length) buffer = Buffer.concat([buffer], buffer.length * 2);
    }
  } finally {
    await file.close();
  }
}
