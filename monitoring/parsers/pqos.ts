import { countedLine } from './lines.js';
import { PQOS_TEXT } from './pqos-columns.js';
import { type PqosRow, pqosLines } from './pqos-lines.js';
import { momentsOf, type PqosSecond } from './pqos-moments.js';
import { countUnknown, type LineCount, type MonitorFormat } from './reading.js';

/**
 * `pqos`, `pqos-msr` and `pqos-os` as text and as CSV (`-u csv`): a row a core (or group, process, channel, socket) and table.
 * The first table follows the start at once, so its rates are of a very short time.
 */
export const pqos: MonitorFormat = {
  tool: 'pqos',
  time: 'local',
  tables: { pqos: { text: PQOS_TEXT } },
  async *read(lines, count) {
    for await (const { timeMs, table } of momentsOf(seconds(tables(lines, count))))
      for (const { values } of table.rows) yield { table: 'pqos', time: timeMs, values };
  },
};

interface Table {
  stampMs: number;
  rows: PqosRow[];
}

/** Far more than the cores of a large machine: a table that never ends is none. */
const LARGEST = 16_384;
const MOST_IN_A_SECOND = 100;

async function* tables(lines: AsyncIterable<string>, count: LineCount): AsyncGenerator<Table> {
  const lineOf = pqosLines();
  let table: Table | null = null;
  let seen = new Set<string>();
  for await (const line of lines) {
    const content = countedLine(line, count);
    const read = content === null ? 'known' : lineOf(content);
    if (read === 'unknown') countUnknown(count, line);
    if (read === 'unknown' || read === 'known') continue;
    const isNext =
      table === null ||
      read === 'table' ||
      read.stampMs !== table.stampMs ||
      seen.has(read.of) ||
      table.rows.length === LARGEST;
    if (isNext && table !== null) {
      yield table;
      table = null;
    }
    if (read === 'table') continue;
    if (table === null) {
      table = { stampMs: read.stampMs, rows: [] };
      seen = new Set();
    }
    table.rows.push(read);
    seen.add(read.of);
  }
  if (table !== null) yield table;
}

async function* seconds(tables: AsyncIterable<Table>): AsyncGenerator<PqosSecond<Table>> {
  let second: PqosSecond<Table> | null = null;
  for await (const table of tables) {
    if (second !== null && (second.stampMs !== table.stampMs || second.tables.length === MOST_IN_A_SECOND)) {
      yield second;
      second = null;
    }
    second ??= { stampMs: table.stampMs, tables: [] };
    second.tables.push(table);
  }
  if (second !== null) yield second;
}
