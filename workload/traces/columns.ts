import { FileFault } from '../named-files.js';
import type { CsvRow } from './csv-row.js';

/**
 * Where the named columns stand in a header, in any order.
 * @throws FileFault naming the first that is missing or stands twice
 */
export function placesOf<const Name extends string>(
  header: CsvRow,
  names: readonly Name[],
  optional: readonly Name[] = [],
): Record<Name, number> {
  const present = Array.from({ length: header.length }, (_, i) => header.text(i));
  const places: Partial<Record<Name, number>> = {};
  for (const name of [...names, ...optional]) {
    const place = present.indexOf(name);
    if (place < 0 && !optional.includes(name)) {
      throw new FileFault(`line ${header.line}: has no column "${name}"; must be ${wanted(names, optional)}`);
    }
    if (place !== present.lastIndexOf(name)) throw new FileFault(`line ${header.line}: has the column "${name}" twice`);
    places[name] = place;
  }
  return places as Record<Name, number>;
}

/** The columns of a format, as errors show them. */
export function wanted(names: readonly string[], optional: readonly string[]): string {
  return `${names.join(',')}${optional.map((name) => `[,${name}]`).join('')}`;
}

/** @throws FileFault if a row has not as many fields as its header */
export function checkLength(row: CsvRow, columns: number): void {
  if (row.length === columns) return;
  throw new FileFault(
    `line ${row.line}: has ${row.length.toLocaleString('en')} fields, its header ${columns.toLocaleString('en')}`,
  );
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** @throws FileFault naming line and column if the field is no finite decimal number */
export function decimal(row: CsvRow, place: number, name: string): number {
  const text = row.text(place);
  const value = DECIMAL.test(text) ? Number(text) : NaN;
  if (Number.isFinite(value)) return value;
  throw fieldFault(row, name, `must be a number, got ${shortened(text)}`);
}

/** @throws FileFault naming line and column if the field is no whole number up to `most`; `5.0` is one */
export function wholeNumber(row: CsvRow, place: number, name: string, most: number): number {
  const digits = row.digits(place);
  const value = Number.isNaN(digits) ? decimal(row, place, name) : digits;
  if (Number.isInteger(value) && value <= most) return value;
  throw fieldFault(row, name, `must be a whole number ≤ ${most}, got ${shortened(row.text(place))}`);
}

/** @throws FileFault naming line and column if the field is empty */
export function name(row: CsvRow, place: number, column: string): string {
  const text = row.text(place);
  if (text !== '') return text;
  throw fieldFault(row, column, 'must not be empty');
}

function fieldFault(row: CsvRow, column: string, fault: string): FileFault {
  return new FileFault(`line ${row.line}, column "${column}": ${fault}`);
}

function shortened(text: string): string {
  return JSON.stringify(text.length <= 40 ? text : `${text.slice(0, 37)}…`);
}
