import { basename } from 'node:path';
import { messageOf, RecordsError } from '../common/errors.js';
import { quoteText, type Tables } from '../records/tables.js';
import { STAT_COLUMNS } from '../records/write-archive.js';
import { PERF_COLUMNS, TEST_COLUMNS, type Columns } from './columns.js';

const EXPECTED: Record<'test' | 'stat' | 'perf', Columns> = {
  test: TEST_COLUMNS,
  stat: STAT_COLUMNS,
  perf: PERF_COLUMNS,
};

/** The kinds of value that differ so much that a table of mixed ones could not be computed with. */
export type Kind = 'number' | 'text' | 'truth' | 'other';

/**
 * Reads the names and types of a Parquet file's columns and holds them against what an archive should have.
 * @returns   names of expected columns that it lacks
 * @throws    RecordsError if the file cannot be read, or a column is of another kind (text where a number belongs)
 */
export async function readableColumns(tables: Tables, path: string, table: keyof typeof EXPECTED): Promise<string[]> {
  const found = await columnsOf(tables, path);
  const missing: string[] = [];
  for (const [name, type] of Object.entries(EXPECTED[table])) {
    const actual = found.get(name);
    if (actual === undefined) missing.push(name);
    // A column in which everything is absent may have been written with any type.
    else if (kindOf(actual) !== kindOf(type) && !(await isAllNull(tables, path, name))) {
      throw new RecordsError(`its ${basename(path)} holds ${kindOf(actual)} in ${name}, where ${kindOf(type)} belongs`);
    }
  }
  return missing;
}

/** The kinds of a Parquet file's columns, by their names. */
export async function kindsOf(tables: Tables, path: string): Promise<Map<string, Kind>> {
  const found = await columnsOf(tables, path);
  return new Map([...found].map(([name, type]) => [name, kindOf(type)]));
}

async function columnsOf(tables: Tables, path: string): Promise<Map<string, string>> {
  try {
    const rows = await tables.query<{ column_name: string; column_type: string }>(
      `DESCRIBE SELECT * FROM read_parquet(${quoteText(path)})`,
    );
    return new Map(rows.map((row) => [row.column_name, row.column_type]));
  } catch (error) {
    throw new RecordsError(`its ${basename(path)} cannot be read: ${messageOf(error)}`);
  }
}

async function isAllNull(tables: Tables, path: string, column: string): Promise<boolean> {
  const [row] = await tables.query<{ n: number }>(
    `SELECT count("${column}") AS n FROM read_parquet(${quoteText(path)})`,
  );
  return row!.n === 0;
}

function kindOf(type: string): Kind {
  // A list of numbers begins like a number.
  if (type.endsWith(']')) return 'other';
  if (/^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DOUBLE|FLOAT|DECIMAL)/.test(type)) return 'number';
  if (type === 'VARCHAR') return 'text';
  return type === 'BOOLEAN' ? 'truth' : 'other';
}
