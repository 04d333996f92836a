import { join } from 'node:path';
import { messageOf, RecordsError } from '../common/errors.js';
import { CLIENT_TIMES } from './client-times.js';
import { INVOCATION_COLUMNS } from './invocations.js';
import type { Ledger, Spread } from './manifest.js';
import { RUN_FILES } from './run-directory.js';
import { openTables, quoteText, type Tables } from './tables.js';

/** What the client alone can tell of a run, from its records. */
export interface InvocationFigures {
  /** `unreached` is what the plan has beyond the records */
  ledger: Ledger;
  lateness: Spread | null;
  sendLag: Spread | null;
  /** from its turn until its first byte goes to the socket */
  sendWait: Spread | null;
  /** the most invoked first */
  functions: FunctionFigures[];
  /** the most frequent first */
  errors: { error: string; n: number }[];
}

/** Times in ms since the planned moment; null where no row has one. Which rows have one: records/client-times.ts. */
export interface FunctionFigures {
  function: string;
  /** rows with a record */
  n: number;
  /** rows with a response time */
  answered: number;
  /** rows of which the platform only said that it took the work: these have an acceptance time instead */
  accepted: number;
  failed: number;
  /** of the response time, as p90, p99 and mean */
  p50: number | null;
  p90: number | null;
  p99: number | null;
  mean: number | null;
  acceptance_p50: number | null;
  acceptance_p90: number | null;
  acceptance_p99: number | null;
}

/**
 * Writes `invocations.parquet` from the journal, in plan order, and reads the figures from it.
 * @param planned  rows of the plan
 * @param repeated the journal, which something else wrote into, has an invocation twice: the first line counts
 */
export async function settleInvocations(
  directory: string,
  planned: number,
  repeated = false,
): Promise<InvocationFigures> {
  const tables = await openTables();
  try {
    await tables.writeParquet(
      selectJournal(join(directory, RUN_FILES.journal), repeated),
      join(directory, RUN_FILES.invocations),
      // Readable by all, as the journal is: no result is in it.
      0o644,
    );
    await tables.view('invocations', join(directory, RUN_FILES.invocations));
    return await figuresOf(tables, planned);
  } catch (error) {
    const line = /CSV Error on Line: (\d+)/.exec(messageOf(error))?.[1];
    if (line === undefined) throw error;
    throw new RecordsError(
      `${join(directory, RUN_FILES.journal)}: line ${line} is no record; remove it and analyse again`,
      { cause: error },
    );
  } finally {
    tables.close();
  }
}

function selectJournal(path: string, repeated: boolean): string {
  const columns = Object.entries(INVOCATION_COLUMNS).map(([name, type]) => `'${name}': '${type}'`);
  return (
    `SELECT ${repeated ? 'DISTINCT ON (seq) ' : ''}* FROM read_csv(${quoteText(path)}, header = true, auto_detect = false, delim = ',', quote = '"', escape = '"', ` +
    `nullstr = '', allow_quoted_nulls = false, parallel = false, columns = {${columns.join(', ')}}) ORDER BY seq`
  );
}

async function figuresOf(tables: Tables, planned: number): Promise<InvocationFigures> {
  const counts = await tables.query<{ outcome: keyof Ledger; n: number }>(
    'SELECT outcome, count(*) AS n FROM invocations GROUP BY outcome',
  );
  const ledger: Ledger = { planned, ok: 0, failed: 0, dropped: 0, lost: 0, unreached: planned };
  for (const { outcome, n } of counts) {
    ledger[outcome] = n;
    ledger.unreached -= n;
  }
  return {
    ledger,
    lateness: await spreadOf(tables, CLIENT_TIMES.lateness_ms),
    sendLag: await spreadOf(tables, CLIENT_TIMES.send_lag_ms),
    sendWait: await spreadOf(tables, CLIENT_TIMES.send_wait_ms),
    functions: await tables.query<FunctionFigures>(`
      SELECT function, count(*) AS n, count(response) AS answered, count(acceptance) AS accepted, count(*) FILTER (outcome <> 'ok') AS failed,
        quantile_cont(response, 0.5) AS p50, quantile_cont(response, 0.9) AS p90, quantile_cont(response, 0.99) AS p99,
        avg(response) AS mean, quantile_cont(acceptance, 0.5) AS acceptance_p50,
        quantile_cont(acceptance, 0.9) AS acceptance_p90, quantile_cont(acceptance, 0.99) AS acceptance_p99
      FROM (SELECT *, ${CLIENT_TIMES.response_ms} AS response, ${CLIENT_TIMES.acceptance_ms} AS acceptance FROM invocations)
      GROUP BY function ORDER BY n DESC, min(seq)`),
    errors: await tables.query<{ error: string; n: number }>(
      'SELECT error, count(*) AS n FROM invocations WHERE error IS NOT NULL GROUP BY error ORDER BY n DESC, error',
    ),
  };
}

async function spreadOf(tables: Tables, expression: string): Promise<Spread | null> {
  const [row] = await tables.query<{ p50: number | null; p99: number; max: number }>(
    `SELECT quantile_cont(x, 0.5) AS p50, quantile_cont(x, 0.99) AS p99, max(x) AS max FROM (SELECT ${expression} AS x FROM invocations)`,
  );
  return row === undefined || row.p50 === null ? null : { p50: row.p50, p99: row.p99, max: row.max };
}
