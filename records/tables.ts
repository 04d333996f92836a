import type * as DuckDB from '@duckdb/node-api';
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { forgetBegun, noteBegun, replaceAtomically } from '../common/files.js';
import { CLIENT_TIME_MACROS } from './client-times.js';

/**
 * By `require`: the package is CommonJS in a hundred files, and for an `import` Node looks through each of them first for the
 * names that it exports, which costs every program that opens a table 0.15 s.
 */
const duckdb = createRequire(import.meta.url)('@duckdb/node-api') as typeof DuckDB;

/** A value that can be bound to a `$name` in a statement. */
export type Bound = string | number | boolean | null;

/** Tables of a run or of an archive, queried in place: DuckDB reads the Parquet and CSV files, nothing is held here. */
export interface Tables {
  /** Runs statements that return nothing. */
  run(sql: string, bound?: Record<string, Bound>): Promise<void>;
  /** Rows as plain objects: BIGINT and HUGEINT become numbers, absent is null. */
  query<Row>(sql: string, bound?: Record<string, Bound>): Promise<Row[]>;
  /**
   * Rows of a select that somebody else wrote: of anything else than one statement that only reads it runs nothing.
   * @throws Error naming the statement that is none
   */
  select<Row>(sql: string): Promise<Row[]>;
  /** The columns of a select of numbers, a stretch of rows at a time and in its order: absent is null, false 0 and true 1. */
  numbers(sql: string, bound?: Record<string, Bound>): AsyncGenerator<(number | null)[][]>;
  /** Names a Parquet file so that statements can read it as a table. */
  view(name: string, parquetPath: string): Promise<void>;
  /** Writes the rows of a select as Parquet (zstd): beside, then renamed. For the owner only, unless `mode` says else. */
  writeParquet(select: string, path: string, mode?: number): Promise<void>;
  close(): void;
}

export interface TablesOptions {
  /** what DuckDB may take of memory; beyond it it spills to a temporary folder */
  memoryMb?: number;
  /**
   * whether DuckDB keeps what it read of files, on top of what the system keeps anyway: false where many files are read, once
   * or twice each, so that memory does not grow with their number
   */
  cacheFiles?: boolean;
  /** ends the statement that is running, and lets none begin any more */
  signal?: AbortSignal | undefined;
}

/** Enough for the tables of a million invocations, and small enough for the whole analysis to stay below 500 MB. */
const USUAL_MEMORY_MB = 250;

/** Of files that may hold what functions returned: it may be private. */
export const RESULTS_MODE = 0o600;

/**
 * Opens an in-memory DuckDB without access to the network and without downloads of extensions. A statement that cannot do
 * with the memory that it was given is run again with twice as much, up to what the machine has.
 */
export async function openTables({
  memoryMb = USUAL_MEMORY_MB,
  cacheFiles = true,
  signal,
}: TablesOptions = {}): Promise<Tables> {
  signal?.throwIfAborted();
  // The pid tells a later process whether anybody still uses it.
  const spill = join(tmpdir(), `${SPILL_PREFIX}${process.pid}-${randomUUID()}`);
  const instance = await duckdb.DuckDBInstance.create(':memory:', {
    memory_limit: `${memoryMb}MB`,
    // By default it would spill into the working directory, which may not be writable and is the user's.
    temp_directory: spill,
    autoinstall_known_extensions: 'false',
    preserve_insertion_order: 'true',
    enable_external_file_cache: String(cacheFiles),
  });
  const connection = await instance.connect();
  noteBegun(spill);
  await connection.run(CLIENT_TIME_MACROS);
  let interrupting: NodeJS.Timeout | undefined;
  const onAbort = (): void => {
    connection.interrupt();
    // Again and again, since DuckDB forgets an interruption that came before the statement really began.
    interrupting ??= setInterval(() => connection.interrupt(), 20).unref();
  };
  signal?.addEventListener('abort', onAbort);
  const guarded = interruptible(roomy(connection, memoryMb), signal);
  return tablesOn(guarded, () => {
    signal?.removeEventListener('abort', onAbort);
    guarded.whenIdle(() => {
      clearInterval(interrupting);
      connection.closeSync();
      instance.closeSync();
      forgetBegun(spill);
    });
  });
}

/** Of the folders into which DuckDB spills what exceeds its memory; then comes the pid. */
export const SPILL_PREFIX = 'faaslab-duckdb-';

/**
 * Lets no statement begin after the abort. A connection must not be closed under a statement, and one that the abort
 * interrupted may take a moment to end.
 */
function interruptible(
  connection: Roomy,
  signal: AbortSignal | undefined,
): Roomy & { whenIdle: (close: () => void) => void } {
  let running = 0;
  let onIdle: (() => void) | null = null;
  async function counted<Result>(statement: () => Promise<Result>): Promise<Result> {
    signal?.throwIfAborted();
    running += 1;
    try {
      return await statement();
    } catch (error) {
      // In its words: that DuckDB was interrupted says nothing to anybody.
      signal?.throwIfAborted();
      throw error;
    } finally {
      running -= 1;
      if (running === 0) onIdle?.();
    }
  }
  return {
    run: (sql, bound) => counted(() => connection.run(sql, bound)),
    runAndReadAll: (sql, bound) => counted(() => connection.runAndReadAll(sql, bound)),
    extractStatements: (sql) => counted(() => connection.extractStatements(sql)),
    whenIdle(close) {
      if (running === 0) close();
      else onIdle = close;
    },
  };
}

/** A connection whose statements get more memory where they need it. */
type Roomy = Pick<DuckDBConnection, 'run' | 'runAndReadAll' | 'extractStatements'>;

function roomy(connection: DuckDBConnection, memoryMb: number): Roomy {
  let limitMb = memoryMb;
  async function withRoom<Result>(statement: () => Promise<Result>): Promise<Result> {
    for (;;) {
      try {
        return await statement();
      } catch (error) {
        const machineMb = totalmem() / 2 ** 20;
        if (!/Out of Memory/.test(String(error)) || limitMb >= machineMb) throw error;
        limitMb = Math.min(1.5 * limitMb, machineMb);
        await connection.run(`SET memory_limit = '${Math.floor(limitMb)}MB'`);
      }
    }
  }
  return {
    run: (sql, bound) => withRoom(() => connection.run(sql, given(bound))),
    runAndReadAll: (sql, bound) => withRoom(() => connection.runAndReadAll(sql, given(bound))),
    extractStatements: (sql) => connection.extractStatements(sql),
  };
}

/** Without values DuckDB runs the text as it is; with an empty set of them it would prepare a statement, and keep it a while. */
function given<Values extends object>(bound: Values | undefined): Values | undefined {
  return bound === undefined || Object.keys(bound).length === 0 ? undefined : bound;
}

/** By the type that the database itself gives each statement: text that looks like a select may be several of them. */
async function requireSelect(connection: Roomy, sql: string): Promise<void> {
  const refused = (what: string) => new Error(`one SELECT is expected, which writes nothing; this is ${what}`);
  if (sql.trim() === '') throw refused('empty');
  const statements = await connection.extractStatements(sql);
  if (statements.count === 0) throw refused('empty');
  for (let i = 0; i < statements.count; i += 1) {
    const { statementType } = await statements.prepare(i);
    if (statementType === duckdb.StatementType.SELECT) continue;
    const pivot = /\bpivot\b/i.test(sql) ? ' (PIVOT takes its values from a list: ON column IN (…))' : '';
    throw refused(`${duckdb.StatementType[statementType]}${pivot}`);
  }
  if (statements.count > 1) throw refused(`${statements.count} statements`);
}

function tablesOn(connection: Roomy, close: () => void): Tables {
  const query = async <Row>(sql: string, bound: Record<string, Bound> = {}): Promise<Row[]> => {
    const reader = await connection.runAndReadAll(sql, bound);
    return reader.getRowObjectsJS().map((row) => plainRow(row as Record<string, DuckDBValue>)) as Row[];
  };
  return {
    async run(sql, bound = {}) {
      await connection.run(sql, bound);
    },
    query,
    async select(sql) {
      await requireSelect(connection, sql);
      return query(sql);
    },
    async *numbers(sql, bound = {}) {
      const result = await connection.run(sql, bound);
      for (
        let chunk = await result.fetchChunk();
        chunk !== null && chunk.rowCount > 0;
        chunk = await result.fetchChunk()
      )
        yield chunk.getColumns().map((values) => values.map((value) => (value === null ? null : Number(value))));
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
        const options = 'FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 40960, USE_TMP_FILE false';
        await connection.run(`COPY (${select}) TO ${quoteText(beside)} (${options})`);
      });
    },
    close,
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
