/**
 * How a monitor's file tells time. `epoch`: milliseconds since 1970 by the host's clock. `since_start`: milliseconds since
 * the tool began. `since_first_event`: milliseconds since the first thing that it saw, however long after its begin that was. `local`: milliseconds of the host's wall clock read as if it were UTC (pqos prints local time without a
 * zone). `ordinal`: nothing but the order: 0, 1, 2 …, an interval apart.
 */
export type TimeKind = 'epoch' | 'since_start' | 'since_first_event' | 'local' | 'ordinal';

/** One row of one table. Absent is null, never 0. */
export interface Reading {
  /** one of the format's tables, e.g. `perf`, `cgtop_groups` */
  table: string;
  /** of the format's kind */
  time: number;
  /** by column; units stand in the names (`_ms`, `_bytes`), but for counters that keep the name that their tool gives them */
  values: Record<string, number | string | null>;
}

/** What was met on the way through a file. */
export interface LineCount {
  lines: number;
  /** lines that are not of the format: counted, never fatal */
  unknown: number;
  /** the first few of them, cut short; they may hold anything */
  examples: string[];
  /** the file ends within a line: its tool was stopped while it wrote, or the disk was full */
  cut?: true;
}

/** What one tool writes, and the tables that come of it. */
export interface MonitorFormat {
  tool: string;
  time: TimeKind;
  /** each table's columns of text; every other column is a number */
  tables: Record<string, { text: readonly string[] }>;
  /**
   * Reads whole lines (`wholeLines`) in order and yields what they say; memory does not grow with their number. Never throws
   * over a line. After the last reading `count` tells how many lines there were and how many were not of the format.
   */
  read(lines: AsyncIterable<string>, count: LineCount): AsyncIterable<Reading>;
}

const EXAMPLES = 3;
const EXAMPLE_LENGTH = 200;

export function emptyCount(): LineCount {
  return { lines: 0, unknown: 0, examples: [] };
}

export function countUnknown(count: LineCount, line: string): void {
  count.unknown += 1;
  if (count.examples.length < EXAMPLES) count.examples.push(line.slice(0, EXAMPLE_LENGTH));
}
