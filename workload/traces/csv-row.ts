import { FileFault } from '../named-files.js';

/** A row of a CSV file as it lies in a buffer: valid until the next one is read. */
export interface CsvRow {
  /** where it begins, from 1 */
  line: number;
  /** number of its fields */
  length: number;
  /** bytes between its beginning and its end */
  isBlank: boolean;
  text(column: number): string;
  /** a whole number ≥ 0 in plain digits; NaN for anything else */
  digits(column: number): number;
}

export interface CsvScanner {
  readonly row: CsvRow;
  /**
   * Reads the row that begins at `from`.
   * @param isLast whether nothing follows these bytes
   * @returns where the next row begins; −1 if this one goes on beyond the bytes
   * @throws  FileFault if its quotes are wrong
   */
  scan(bytes: Buffer, from: number, isLast: boolean): number;
}

const [QUOTE, COMMA, LF, CR, ZERO] = [0x22, 0x2c, 0x0a, 0x0d, 0x30];
/** Fields of 15 digits are exact in a double. */
const MOST_DIGITS = 15;

/**
 * Splits CSV (RFC 4180; lines end in LF or CRLF) without making a string of any field that nobody asks for: a day of the
 * Azure trace has 66 million fields, of which a replay needs a few thousand.
 */
export function csvScanner(): CsvScanner {
  let starts = new Uint32Array(2_048);
  let ends = new Uint32Array(2_048);
  let held: Buffer = Buffer.alloc(0);
  let lineAfter = 1;

  const row: CsvRow = {
    line: 1,
    length: 0,
    isBlank: true,
    text(column) {
      const from = starts[column]!;
      const upto = ends[column]!;
      if (held[from] !== QUOTE || upto === from) return held.toString('utf8', from, upto);
      return held.toString('utf8', from + 1, upto - 1).replaceAll('""', '"');
    },
    digits(column) {
      const from = starts[column]!;
      const upto = ends[column]!;
      if (upto === from || upto - from > MOST_DIGITS) return NaN;
      let value = 0;
      for (let i = from; i < upto; i += 1) {
        const digit = held[i]! - ZERO;
        if (digit < 0 || digit > 9) return NaN;
        value = value * 10 + digit;
      }
      return value;
    },
  };

  const fault = (at: string): FileFault => new FileFault(`line ${row.line}, column ${row.length + 1}: ${at}`);

  /** Where a quoted field ends, past its closing quote; −1 if that lies beyond the bytes. Its line ends are counted. */
  function quotedEnd(bytes: Buffer, from: number, isLast: boolean): number {
    let at = from + 1;
    for (;;) {
      const close = bytes.indexOf(QUOTE, at);
      if (close < 0) {
        if (isLast) throw fault('a quote is opened and never closed');
        return -1;
      }
      // A quote at the very end may be the first half of an escaped one.
      if (close + 1 === bytes.length && !isLast) return -1;
      if (bytes[close + 1] !== QUOTE) {
        for (let i = bytes.indexOf(LF, from); i >= 0 && i < close; i = bytes.indexOf(LF, i + 1)) lineAfter += 1;
        return close + 1;
      }
      at = close + 2;
    }
  }

  function scan(bytes: Buffer, from: number, isLast: boolean): number {
    const size = bytes.length;
    held = bytes;
    row.line = lineAfter;
    row.length = 0;
    for (let at = from; ; at += 1) {
      if (row.length === starts.length) {
        starts = doubled(starts);
        ends = doubled(ends);
      }
      const start = at;
      if (bytes[at] === QUOTE) {
        at = quotedEnd(bytes, at, isLast);
        if (at < 0) break;
        if (bytes[at] === CR) {
          if (at + 1 === size && !isLast) break;
          if (at + 1 === size || bytes[at + 1] === LF) at += 1;
        }
        if (at < size && bytes[at] !== COMMA && bytes[at] !== LF) throw fault('text follows a closing quote');
      } else {
        while (at < size && bytes[at] !== COMMA && bytes[at] !== LF) at += 1;
      }
      if (at === size && !isLast) break;
      const endsRow = at === size || bytes[at] === LF;
      starts[row.length] = start;
      ends[row.length] = endsRow && at > start && bytes[at - 1] === CR ? at - 1 : at;
      row.length += 1;
      if (!endsRow) continue;
      row.isBlank = row.length === 1 && ends[0] === start;
      lineAfter += 1;
      return at === size ? size : at + 1;
    }
    // Read again from its beginning when more bytes are there.
    lineAfter = row.line;
    return -1;
  }
  return { row, scan };
}

function doubled(places: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(2 * places.length);
  larger.set(places);
  return larger;
}
