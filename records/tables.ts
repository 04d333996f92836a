import { DuckDBInstance, type DuckDBConnection, type DuckDBValue } from '@duckdb/node-api';
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { replaceAtomically } from '../common/files.js';
import { CLIENT_TIME_MACROS } from './client-times.js';

/** A value that can be bound to a `$name` in a statement. */
export type Bound = string | number | boolean | null;

/** Tables of a run or of an archive, queried in place: DuckDB reads the Parquet and CSV files, nothing is held here. */
export interface Tables {
  /** Runs statements that return nothing. */
  run(sql: string, bound?: Record<string, Bound>): Promise<void>;
  /** Rows as plain objects: BIGINT and HUGEINT become numbers, absent is null. */
  query<Row>(sql: string, bound?: Record<string, Bound>): Promise<Row[]>;
  /** Names a Parquet file so that statements can read it as a table. */
  view(name: string, parquetPath: string): Promise<void>;
  /** Writes the rows of a select as Parquet (zstd): beside, then renamed. For the owner only, unless `mode` says else. */
  writeParquet(select: string, path: string, mode?: number): Promise<void>;
  close(): void;
}

export interface TablesOptions {
  /** upper bound of DuckDB's own memory, e.g. `400MB`; beyond it DuckDB spills to a temporary folder */
  memoryLimit?: string;
}

/** Of files that may hold what functions returned: it may be private. */
export const RESULTS_MODE = 0o600;

/** Opens an in-memory DuckDB without access to the network and without downloads of extensions. */
export async function openTables({ memoryLimit = '400MB' }: TablesOptions = {}): Promise<Tables> {
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: memoryLimit,
    // By default it would spill into the working directory, which may not be writable and is the user's.
    temp_directory: join(tmpdir(), `faaslab-duckdb-${randomUUID()}`),
    autoinstall_known_extensions: 'false',
    preserve_insertion_order: 'true',
  });
  const connection = await instance.connect();
  await connection.run(CLIENT_TIME_MACROS);
  return tablesOn(connection, () => instance.closeSync());
}

function tablesOn(connection: DuckDBConnection, closeInstance: () => void): Tables {
  return {
    async run(sql, bound = {}) {
      await connection.run(sql, bound);
    },
    async query<Row>(sql: string, bound: Record<string, Bound> = {}) {
      const reader = await connection.runAndReadAll(sql, bound);
      return reader.getRowObjectsJS().map((row) => plainRow(row as Record<string, DuckDBValue>)) as Row[];
    },
    async view(name, parquetPath) {
      await connection.run(
        `CREATE OR REPLACE VIEW ${quoteName(name)} AS SELECT * FROM read_parquet(${quoteText(parquetPath)})`,
      );
    },
    async writeParquet(select, path, mode = RESULTS_MODE) {
      await replaceAtomically(path, async (beside) => {
        // Made first, so that at no moment more people can read it; DuckDB would else replace it by a file of its own.
        await writeFile(beside, '', { mode });
        const options = 'FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false';
        await connection.run(`COPY (${select}) TO ${quoteText(beside)} (${options})`);
      });
    },
    close() {
      connection.closeSync();
      closeInstance();
    },
  };
}

function plainRow(row: Record<string, unknown>): Record<string, unknown> {
  for (const [key, value] of Object.entries(row)) if (typeof value === 'bigint') row[key] = Number(value);
  return row;
}

/** A text as an SQL literal. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name as an SQL identifier. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
