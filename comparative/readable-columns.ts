import { basename } from 'node:path';
import { messageOf, RecordsError } from '../common/errors.js';
import { quoteName, quoteText, type Tables } from '../records/tables.js';
import { STAT_COLUMNS } from '../records/write-archive.js';
import { PERF_COLUMNS, TEST_COLUMNS, type Columns } from './columns.js';

const EXPECTED: Record<'test' | 'stat' | 'perf', Columns> = {
  test: TEST_COLUMNS,
  stat: STAT_COLUMNS,
  perf: PERF_COLUMNS,
};

/** The kinds of value that differ so much that a table of mixed ones could not be computed with. */
export type Kind = 'number' | 'text' | 'truth' | 'other';

/** How the columns of a file differ from what an archive should have, and it can be read all the same. */
export interface ColumnRemarks {
  /** names of expected columns that it lacks */
  missing: string[];
  /** of another kind, but each value is one of the right kind in other clothes: `seq holds text, read as number` */
  cast: string[];
}

/**
 * Reads the names and types of a Parquet file's columns and holds them against what an archive should have.
 * @throws    RecordsError if the file cannot be read, or a column holds what is no value of the right kind
 */
export async function readableColumns(
  tables: Tables,
  path: string,
  table: keyof typeof EXPECTED,
): Promise<ColumnRemarks> {
  const found = await columnsOf(tables, path);
  const missing: string[] = [];
  const cast: string[] = [];
  for (const [name, type] of Object.entries(EXPECTED[table])) {
    const actual = found.get(name);
    if (actual === undefined) missing.push(name);
    // A column in which everything is absent may have been written with any type.
    else if (kindOf(actual) !== kindOf(type) && !(await isAllNull(tables, path, name))) {
      if (!(await isLossless(tables, path, name, kindOf(actual), type)))
        throw new RecordsError(
          `its ${basename(path)} holds ${kindOf(actual)} in ${name}, where ${kindOf(type)} belongs`,
        );
      cast.push(`${name} holds ${kindOf(actual)}, read as ${kindOf(type)}`);
    }
  }
  return { missing, cast };
}

/** Whether every value of a column means one of the type, so that DuckDB's cast loses nothing: 0 and 1 for a truth, digits for a number. */
async function isLossless(tables: Tables, path: string, column: string, from: Kind, type: string): Promise<boolean> {
  const name = quoteName(column);
  const means: Partial<Record<`${Kind} as ${Kind}`, string>> = {
    'number as text': 'true',
    'number as truth': `${name} IN (0, 1)`,
    'text as truth': `lower(${name}) IN ('true', 'false')`,
    // Of a fraction a cast to a whole number would keep only the rounded one.
    'text as number':
      type === 'DOUBLE'
        ? `isfinite(try_cast(${name} AS DOUBLE))`
        : `regexp_full_match(${name}, '[+-]?[0-9]+') AND try_cast(${name} AS ${type}) IS NOT NULL`,
  };
  const condition = means[`${from} as ${kindOf(type)}`];
  if (condition === undefined) return false;
  const [row] = await tables.query<{ strange: number }>(
    `SELECT count(*) FILTER (${name} IS NOT NULL AND (${condition}) IS NOT TRUE) AS strange FROM read_parquet(${quoteText(path)})`,
  );
  return row!.strange === 0;
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
    `SELECT count(${quoteName(column)}) AS n FROM read_parquet(${quoteText(path)})`,
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
