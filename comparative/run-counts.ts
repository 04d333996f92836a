import { quoteText, type Tables } from '../records/tables.js';
import { rowsOfRun } from './combined-views.js';
import type { Group, TimeColumn } from './comparison.js';
import type { MergedRun } from './merged.js';

/** Counts, sums and quantiles of one function or instance in one run. */
export interface RunRow extends Group {
  rows: number;
  answered: Record<TimeColumn, number>;
  sums: Record<TimeColumn, number>;
  /** the 50th, 90th and 99th percentile; null where no row has the time, or nobody asked */
  quantiles: Record<TimeColumn, number[] | null>;
  cold_known: number;
  /** executions of which the platform did not say whether they were cold; a sequence is none */
  cold_unknown: number;
  cold: number;
  failed_known: number;
  failed: number;
}

/** As the database counts an instance of a function: what adds up is added here to the function. */
interface Counted {
  instance: string;
  function: string;
  rows: number;
  response_ms: number;
  latency_ms: number;
  response_sum: number | null;
  latency_sum: number | null;
  cold_known: number;
  cold_unknown: number;
  cold: number;
  failed_known: number;
  failed: number;
  quantiles: number[] | null;
}

const COUNTED = ['instance', 'function', 'response_ms', 'latency_ms', 'cold', 'failed', 'attempts', 'kind'];

/**
 * One pass over the rows of a run: each instance of each function, and from these the functions. Sorting is what costs, so the
 * quantiles of a function that has one instance are that one's; only where it has several are its rows looked at again.
 */
export async function countsOfRun(run: MergedRun, tables: Tables): Promise<RunRow[]> {
  const counted = await tables.query<Counted>(`
    SELECT instance, function, count(*) AS rows, count(response_ms) AS response_ms, count(latency_ms) AS latency_ms,
      sum(response_ms) AS response_sum, sum(latency_ms) AS latency_sum,
      count(cold) AS cold_known, count(*) FILTER (cold) AS cold,
      count(*) FILTER (attempts IS NOT NULL AND kind IS DISTINCT FROM 'sequence' AND cold IS NULL) AS cold_unknown,
      count(failed) AS failed_known, count(*) FILTER (failed) AS failed, ${quantilesOf('response_ms')} AS quantiles
    FROM ${rowsOfRun(run, COUNTED)} GROUP BY instance, function ORDER BY function, instance`);
  const instances = counted.map((row) => rowOf(row, 'instance'));
  const functions = new Map<string, RunRow>();
  for (const row of counted) {
    const before = functions.get(row.function);
    functions.set(row.function, before === undefined ? rowOf(row, 'function') : sumOf(before, rowOf(row, 'function')));
  }
  const rows = [...functions.values(), ...instances];
  await takeQuantiles(run, 'response_ms', functionsWithSeveral(rows), tables);
  return rows;
}

/** Fills in the quantiles of the platform's latency. */
export async function latencyQuantilesOfRun(run: MergedRun, rows: RunRow[], tables: Tables): Promise<void> {
  const found = await tables.query<{ instance: string; function: string; quantiles: number[] | null }>(
    `SELECT instance, function, ${quantilesOf('latency_ms')} AS quantiles
     FROM ${rowsOfRun(run, ['instance', 'function', 'latency_ms'])} GROUP BY instance, function`,
  );
  for (const { instance, function: of, quantiles } of found) {
    for (const row of rows) {
      if (row.function === of && (row.scope === 'function' || row.name === instance))
        row.quantiles.latency_ms = quantiles;
    }
  }
  await takeQuantiles(run, 'latency_ms', functionsWithSeveral(rows), tables);
}

function quantilesOf(time: TimeColumn): string {
  return `quantile_cont(${time}, [0.5, 0.9, 0.99])`;
}

function functionsWithSeveral(rows: RunRow[]): RunRow[] {
  const instances = (of: string) => rows.filter((row) => row.scope === 'instance' && row.function === of).length;
  return rows.filter((row) => row.scope === 'function' && instances(row.function) > 1);
}

async function takeQuantiles(run: MergedRun, time: TimeColumn, functions: RunRow[], tables: Tables): Promise<void> {
  if (functions.length === 0) return;
  const names = functions.map(({ name }) => quoteText(name)).join(', ');
  const found = await tables.query<{ function: string; quantiles: number[] | null }>(
    `SELECT function, ${quantilesOf(time)} AS quantiles FROM ${rowsOfRun(run, ['function', time])}
     WHERE function IN (${names}) GROUP BY function`,
  );
  for (const row of functions) {
    row.quantiles[time] = found.find((each) => each.function === row.function)?.quantiles ?? null;
  }
}

function rowOf(row: Counted, scope: Group['scope']): RunRow {
  const { rows, cold_known, cold_unknown, cold, failed_known, failed } = row;
  return {
    scope,
    name: scope === 'function' ? row.function : row.instance,
    function: row.function,
    rows,
    cold_known,
    cold_unknown,
    cold,
    failed_known,
    failed,
    answered: {
      response_ms: row.response_ms,
      latency_ms: row.latency_ms,
    },
    sums: {
      response_ms: row.response_sum ?? 0,
      latency_ms: row.latency_sum ?? 0,
    },
    quantiles: {
      response_ms: row.quantiles,
      latency_ms: null,
    },
  };
}

function sumOf(a: RunRow, b: RunRow): RunRow {
  const added = (of: 'answered' | 'sums') => ({
    response_ms: a[of].response_ms + b[of].response_ms,
    latency_ms: a[of].latency_ms + b[of].latency_ms,
  });
  return {
    ...a,
    rows: a.rows + b.rows,
    answered: added('answered'),
    sums: added('sums'),
    cold_known: a.cold_known + b.cold_known,
    cold_unknown: a.cold_unknown + b.cold_unknown,
    cold: a.cold + b.cold,
    failed_known: a.failed_known + b.failed_known,
    failed: a.failed + b.failed,
  };
}
