import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../common/package-root.js';
import { wholeLines } from '../../../monitoring/parsers/lines.js';
import { emptyCount, type LineCount, type MonitorFormat, type Reading } from '../../../monitoring/parsers/reading.js';

export interface Read {
  readings: Reading[];
  count: LineCount;
}

export function fixture(path: string): string {
  return readFileSync(join(packageRoot, 'tests', 'fixtures', 'monitoring', path), 'utf8');
}

/** As a file that holds just this. */
export async function readText(format: MonitorFormat, text: string): Promise<Read> {
  const count = emptyCount();
  return { readings: await all(format.read(wholeLines(chunks(text), count), count)), count };
}

export async function readLines(format: MonitorFormat, lines: readonly string[]): Promise<Read> {
  const count = emptyCount();
  return { readings: await all(format.read(each(lines), count)), count };
}

/** [time, values] of each row of a table */
export function rowsOf({ readings }: Read, table: string): [number, Reading['values']][] {
  return readings.filter((reading) => reading.table === table).map(({ time, values }) => [time, values]);
}

async function* each(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}

/** In pieces of 997 characters, so that lines lie across them. */
async function* chunks(text: string): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += 997) yield text.slice(at, at + 997);
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}
