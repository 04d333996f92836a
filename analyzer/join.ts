import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, RecordsError } from '../common/errors.js';
import { ACTIVATION_COLUMNS, type ActivationRow } from '../records/activations.js';
import { INVOCATION_COLUMNS, type InvocationRow } from '../records/invocations.js';
import { RUN_FILES } from '../records/run-directory.js';
import { quoteName, type Tables } from '../records/tables.js';
import { selectMeant } from './meant-times.js';
import { sqlOf } from './sql.js';

/**
 * A row of `joined_whole`: the invocation, the last attempt of its activation (every column null where there is none;
 * of clashing columns the platform's has the prefix `platform_`), and what follows from both.
 */
export type JoinedRow = InvocationRow &
  Omit<{ [Column in keyof ActivationRow]: ActivationRow[Column] | null }, keyof InvocationRow> & {
    platform_function: string | null;
    /** epoch ms, the platform's clock; `end_ms` is the client's, since plan zero */
    platform_end_ms: number | null;
    platform_error: string | null;
    /** how often the platform tried; null without an activation */
    attempts: number | null;
    /** the answer was 202: the work was taken, not done */
    accepted: boolean;
    /** end − planned; null for accepted, dropped and lost rows */
    response_ms: number | null;
    /** end − sent; null for accepted, dropped and lost rows */
    service_ms: number | null;
    /** end − planned of accepted rows */
    acceptance_ms: number | null;
    /** fired − planned */
    lateness_ms: number | null;
    /** sent − planned */
    send_lag_ms: number | null;
    /** sent − fired */
    send_wait_ms: number | null;
    /** service − the platform's latency; null for accepted rows and where the latency is unknown */
    network_front_ms: number | null;
    /** service − the platform's duration, which includes the wait */
    network_front_wait_ms: number | null;
    /** outcome ≠ ok, or the platform says success = false */
    failed: boolean;
  };

/**
 * Reads the tables of a run directory: the views `invocations` and `activations` (empty where none were pulled), the table
 * `joined` with exactly one row a planned invocation and the columns that figures are made of, and the view `joined_whole`
 * with all columns, which is put together anew for every statement.
 *
 * @throws RecordsError if a table is missing, cut off, lacks a column or has one of another type
 */
export async function joinRun(tables: Tables, runDirectory: string): Promise<void> {
  await viewRun(tables, runDirectory);
  await joinAttempts(tables, 'attempts');
  const [{ twice } = { twice: false }] = await tables.query<{ twice: boolean }>(
    'SELECT (SELECT count(*) FROM joined_rows) <> (SELECT count(*) FROM invocations) AS twice',
  );
  // A pulled table holds each attempt once, and to make sure of it would take longer than the join.
  if (twice) await joinAttempts(tables, 'attempts_once');
  await tables.run(sqlOf('first_starts'));
  await tables.run(sqlOf('joined_whole'));
}

async function joinAttempts(tables: Tables, attempts: 'attempts' | 'attempts_once'): Promise<void> {
  for (const step of [attempts, 'last_attempts', 'joined']) await tables.run(sqlOf(step));
}

/** The views `invocations` and `activations` of a run directory; the latter is empty where none were pulled. */
export async function viewRun(tables: Tables, runDirectory: string): Promise<void> {
  await viewOf(tables, 'invocations', join(runDirectory, RUN_FILES.invocations), INVOCATION_COLUMNS);
  const activations = join(runDirectory, RUN_FILES.activations);
  if (existsSync(activations)) return viewOf(tables, 'activations', activations, ACTIVATION_COLUMNS);
  const columns = Object.entries(ACTIVATION_COLUMNS).map(([name, type]) => `NULL::${type} AS ${quoteName(name)}`);
  await tables.run(`CREATE OR REPLACE VIEW activations AS SELECT ${columns.join(', ')} LIMIT 0`);
}

async function viewOf(tables: Tables, name: string, path: string, columns: Record<string, string>): Promise<void> {
  if (!existsSync(path)) throw new RecordsError(`${path} is missing: this is no complete run directory`);
  let present: { column_name: string; column_type: string }[];
  try {
    await tables.view(`${name}_file`, path);
    present = await tables.query(`DESCRIBE ${quoteName(`${name}_file`)}`);
  } catch (error) {
    throw new RecordsError(`${path} cannot be read, it may be cut off (${messageOf(error)})`);
  }
  const typeOf = new Map(present.map((column) => [column.column_name, column.column_type]));
  const absent = Object.keys(columns).filter((column) => !typeOf.has(column));
  if (absent.length > 0) throw new RecordsError(`${path} lacks the column ${absent.join(', ')}`);
  for (const [column, type] of Object.entries(columns)) {
    const found = typeOf.get(column)!;
    if (kindOf(found) !== kindOf(type))
      throw new RecordsError(`${path}: its column ${column} is ${found}, not ${type}`);
  }
  await tables.run(
    `CREATE OR REPLACE VIEW ${quoteName(name)} AS ${selectMeant(quoteName(`${name}_file`), name === 'activations')}`,
  );
}

/** Types that a column may have instead: another program may have written a whole number where ours writes a double. */
function kindOf(type: string): string {
  return /^(U?(TINY|SMALL|BIG|HUGE)?INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL)/.test(type) ? 'number' : type;
}
