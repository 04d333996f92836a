import { createReadStream } from 'node:fs';
import { RecordsError } from '../common/errors.js';

/** What a pass over a journal tells. */
export interface JournalScan {
  /** bytes up to the end of the last whole line */
  wholeBytes: number;
  /** bytes after it: a line that was cut off */
  cutBytes: number;
  /** one past the largest seq that has a record */
  nextSeq: number;
  isRecorded(seq: number): boolean;
  /** lines whose seq an earlier one has already */
  repeated: number;
  /** the largest time of firing or ending that stands in it, ms since plan zero; null without any */
  lastMs: number | null;
}

const QUOTE = 0x22;
const NEWLINE = 0x0a;

/**
 * Reads a journal as far as it is whole. Lines end where a newline stands outside quotes (a name may hold one); one bit a row
 * is kept of what was seen.
 *
 * @param planned rows of the plan
 * @throws RecordsError that names a whole line that is no record of it: to leave it out unsaid would lose an invocation
 */
export async function scanJournal(path: string, planned: number): Promise<JournalScan> {
  let recorded = new Uint8Array(1 << 16);
  let nextSeq = 0;
  let lastMs: number | null = null;
  let offset = 0;
  let wholeBytes = 0;
  let quoted = false;
  let lines = 0;
  let repeated = 0;
  let line: Buffer[] = [];

  function endLine(text: string): void {
    lines += 1;
    // The header has no seq.
    if (lines === 1 && text.startsWith('seq,')) return;
    const seq = Number(/^\d+(?=,)/.exec(text)?.[0] ?? NaN);
    // planned, fired, sent, first byte, end stand before the outcome; names before them may hold anything.
    const times = /,([\d.]+),([\d.-]*),([\d.-]*),([\d.-]*),([\d.-]*),(?:ok|failed|dropped|lost),/.exec(text);
    if (times === null || !(seq < planned)) {
      throw new RecordsError(
        `${path}: line ${lines} is no record of this run; remove it (its invocation then counts as lost) and analyse again`,
      );
    }
    if (seq < recorded.length * 8 && (recorded[seq >> 3]! & (1 << (seq & 7))) !== 0) repeated += 1;
    if (seq >= recorded.length * 8) {
      const larger = new Uint8Array(Math.max(recorded.length * 2, (seq >> 3) + 1));
      larger.set(recorded);
      recorded = larger;
    }
    recorded[seq >> 3]! |= 1 << (seq & 7);
    nextSeq = Math.max(nextSeq, seq + 1);
    const reached = Number(times[5] || times[2] || NaN);
    if (!Number.isNaN(reached)) lastMs = Math.max(lastMs ?? 0, reached);
  }

  for await (const piece of createReadStream(path) as AsyncIterable<Buffer>) {
    let from = 0;
    for (let i = 0; i < piece.length; i += 1) {
      if (piece[i] === QUOTE) quoted = !quoted;
      else if (piece[i] === NEWLINE && !quoted) {
        line.push(piece.subarray(from, i));
        endLine(Buffer.concat(line).toString('utf8'));
        line = [];
        from = i + 1;
        wholeBytes = offset + from;
      }
    }
    line.push(piece.subarray(from));
    offset += piece.length;
  }
  return {
    wholeBytes,
    cutBytes: offset - wholeBytes,
    nextSeq,
    isRecorded: (seq) => seq < recorded.length * 8 && (recorded[seq >> 3]! & (1 << (seq & 7))) !== 0,
    lastMs,
    repeated,
  };
}
