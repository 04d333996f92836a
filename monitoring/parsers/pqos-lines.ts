import { type PqosColumn, pqosColumns } from './pqos-columns.js';

export interface PqosRow {
  /** the second that its table carries */
  stampMs: number;
  /** what it is of: no two rows of a table have the same */
  of: string;
  values: Record<string, number | string | null>;
}

/** `table`: a new table begins; `known`: of the format, but no row. */
export type PqosLine = PqosRow | 'table' | 'known' | 'unknown';

const TIME = /^TIME (.*)$/;
const TEXT_HEADING = /^ *(?:CORE|PID|CHANNEL|SOCKET)(?: |$)/;
const CSV_HEADING = /^Time,(?:Core|PID|Channel|Socket)\b/;
const CSV_ROW = /^(\d{4}-[^,]*),/;
/** What pqos prints before the first table where its output goes to a terminal or pipe. */
const PREAMBLE =
  /^(?:NOTE: +Mixed use of |[ \t]+CAT or CMT & MBM may lead |CMT\/MBM reset successful|Monitoring top-pids enabled)/;
const STAMP = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)$/;
/** Text prints thousands of misses; before its first poll a ratio may be no number. */
const NUMBER = /^(-?\d{1,20}(?:\.\d{1,9})?)(k?)$/;
const NO_NUMBER = /^-?(?:nan|inf)$/;

export function pqosLines(): (line: string) => PqosLine {
  let columns: PqosColumn[] | null = null;
  let stampMs: number | null = null;
  let lastStamp: { text: string; ms: number | null } = { text: '', ms: null };
  // Many rows of a CSV carry the same.
  const csvStamp = (text: string): number | null => {
    if (text !== lastStamp.text) lastStamp = { text, ms: stampOf(text) };
    return lastStamp.ms;
  };
  return (line) => {
    // Before each table of a terminal: clear the screen, go to its corner.
    const plain = line.replace('\u001b[2J\u001b[0;0H', '').trimEnd();
    if (plain === '' || PREAMBLE.test(plain)) return 'known';
    const time = TIME.exec(plain);
    if (time !== null) {
      stampMs = stampOf(time[1]!);
      return stampMs === null ? 'unknown' : 'table';
    }
    if (TEXT_HEADING.test(plain) || CSV_HEADING.test(plain)) {
      columns = CSV_HEADING.test(plain) ? csvColumns(plain) : pqosColumns(wordsOf(plain));
      return columns === null ? 'unknown' : 'known';
    }
    const csv = CSV_ROW.exec(plain);
    const rowStampMs = csv === null ? stampMs : csvStamp(csv[1]!);
    if (columns === null || rowStampMs === null) return 'unknown';
    const cells = csv === null ? textCells(plain, columns) : csvCells(plain.slice(csv[0].length), columns);
    const values = cells === null ? null : valuesOf(cells, columns);
    if (values === null) return 'unknown';
    const of = columns.filter(({ isText }) => isText).map(({ name }) => values[name]);
    return { stampMs: rowStampMs, of: of.join(' '), values };
  };
}

/** The host's wall clock, read as if it were UTC. @returns null where there is no such moment */
function stampOf(text: string): number | null {
  const parts = STAMP.exec(text)?.slice(1).map(Number);
  if (parts === undefined) return null;
  const [year, month, day, hour, minute, second] = parts as [number, number, number, number, number, number];
  const at = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  return at.toISOString().startsWith(text.replace(' ', 'T')) ? at.getTime() : null;
}

function wordsOf(line: string): { text: string; end: number }[] {
  return [...line.matchAll(/[^ \t]+/g)].map(({ 0: text, index }) => ({ text, end: index + text.length }));
}

/** Since release 23.11 a comma is missing: `…,LLC[KB]   MBL[MB/s],MBR[MB/s]`. */
function csvColumns(line: string): PqosColumn[] | null {
  const [, ...headings] = line.split(/,| {2,}/);
  return pqosColumns(headings.map((text) => ({ text, end: 0 })));
}

/** A column without a value is blank: then each value belongs where its end is. */
function textCells(line: string, columns: readonly PqosColumn[]): string[] | null {
  const words = wordsOf(line);
  if (words.length === columns.length) return words.map(({ text }) => text);
  const byEnd = new Map(words.map(({ text, end }) => [end, text]));
  const cells = columns.map(({ end }) => byEnd.get(end) ?? '');
  return cells.filter((cell) => cell !== '').length === words.length ? cells : null;
}

function csvCells(line: string, columns: readonly PqosColumn[]): string[] | null {
  const cells = [...line.matchAll(/(?:^|,)(?:"([^"]*)"|([^",]*))(?=,|$)/g)].map(
    ([, quoted, plain]) => quoted ?? plain ?? '',
  );
  return cells.length === columns.length ? cells : null;
}

function valuesOf(cells: readonly string[], columns: readonly PqosColumn[]): PqosRow['values'] | null {
  const values: PqosRow['values'] = {};
  for (const [index, { name, isText }] of columns.entries()) {
    const cell = cells[index]!;
    const number = NUMBER.exec(cell);
    // A row without what it is of is no row; nor is one with a word where a number belongs.
    if (isText ? cell === '' : cell !== '' && number === null && !NO_NUMBER.test(cell)) return null;
    values[name] = isText ? cell : number === null ? null : Number(number[1]) * (number[2] === 'k' ? 1_000 : 1);
  }
  return values;
}
