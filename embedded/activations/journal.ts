import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

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

/** Opens a journal, new or of an earlier life. A last line cut off by a crash is removed. */
export async function openJournal(
  path: string,
  onLine?: (line: string, offset: number, length: number) => void,
): Promise<Journal> {
  const file = await open(path, 'a+', 0o600);
  let end = await readLines(path, onLine);
  if ((await file.stat()).size > end) await file.truncate(end);
  let last: Promise<unknown> = Promise.resolve();

  return {
    append(lines) {
      const bytes = Buffer.from(lines);
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

/** Calls `onLine` for each complete line; returns where the last one ends. */
async function readLines(
  path: string,
  onLine?: (line: string, offset: number, length: number) => void,
): Promise<number> {
  let end = 0;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let from = 0;
    for (;;) {
      const newline = bytes.indexOf(10, from);
      if (newline < 0) break;
      onLine?.(bytes.toString('utf8', from, newline), end, newline - from);
      end += newline + 1 - from;
      from = newline + 1;
    }
    rest = bytes.subarray(from);
  }
  return end;
}
