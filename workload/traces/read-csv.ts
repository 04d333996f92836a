import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { FileFault, faultPhrase } from '../named-files.js';
import { type CsvRow, csvScanner } from './csv-row.js';

const CHUNK_BYTES = 1 << 20;
/** The longest lines of the Azure traces have 10 KB; without a bound a file that is no CSV would be held whole. */
const LONGEST_ROW_BYTES = 1 << 24;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Reads a CSV file row by row, its header too; blank lines are no rows. Memory does not grow with the file.
 * @param onRow called with the same object again and again
 * @returns SHA-256 of the file, from the same pass
 * @throws  FileFault the file cannot be read, its quotes are wrong, or whatever `onRow` throws
 */
export async function readCsv(path: string, onRow: (row: CsvRow) => void): Promise<string> {
  const hash = createHash('sha256');
  const rows = csvRows(onRow);
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      rows.add(chunk);
    }
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) throw new FileFault(faultPhrase(error));
    throw error;
  }
  rows.end();
  return hash.digest('hex');
}

/** The rows of a text that comes in pieces, wherever they are cut. */
export function csvRows(onRow: (row: CsvRow) => void): { add(piece: Buffer): void; end(): void } {
  const { row, scan } = csvScanner();
  let rest: Buffer = Buffer.alloc(0);
  let isStart = true;

  const takeRows = (bytes: Buffer, isLast: boolean): void => {
    let at = 0;
    if (isStart && bytes.length < BYTE_ORDER_MARK.length && !isLast) {
      rest = bytes;
      return;
    }
    if (isStart && bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK)) at = BYTE_ORDER_MARK.length;
    isStart = false;
    while (at < bytes.length) {
      const next = scan(bytes, at, isLast);
      if (next < 0) break;
      if (!row.isBlank) onRow(row);
      at = next;
    }
    rest = bytes.subarray(at);
    if (rest.length > LONGEST_ROW_BYTES) {
      throw new FileFault(`line ${row.line} has more than ${LONGEST_ROW_BYTES} bytes; is this a CSV file?`);
    }
  };
  return {
    add: (piece) => takeRows(rest.length === 0 ? piece : Buffer.concat([rest, piece]), false),
    end: () => takeRows(rest, true),
  };
}
