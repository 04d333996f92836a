import { quoteName, type Tables } from '../records/tables.js';
import { rowsOfRun } from './combined-views.js';
import type { Group, TimeColumn } from './comparison.js';
import type { MergedRun } from './merged.js';

/** What one run says of one group: the unit of replication where there are several runs a side. */
export interface RunFigures extends Group {
  run_id: string;
  rows: number;
  /** rows that have the time */
  answered: Record<TimeColumn, number>;
  p50: Record<TimeColumn, number | null>;
  p90: Record<TimeColumn, number | null>;
  p99: Record<TimeColumn, number | null>;
  mean: Record<TimeColumn, number | null>;
  /** rows of which the platform said whether they were cold, and the share of those that were */
  coldKnown: number;
  cold_share: number | null;
  error_rate: number | null;
  throughput: number | null;
  rate: number | null;
  /** of a function: the time at each of CURVE_PERCENTILES, null beyond what its rows can tell */
  curve: Record<TimeColumn, (number | null)[]>;
}

/** Where the percentile curve is known: dense towards the tail, since it is drawn on a scale of 1 − p. */
export const CURVE_PERCENTILES = [
  0.01, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.925, 0.95, 0.96, 0.97, 0.975, 0.98, 0.985, 0.99, 0.9925,
  0.995, 0.9975, 0.999,
];

/**
 * Figures of every function and instance of a run, from its own file: one pass, and only this run's rows in memory.
 * Quantiles interpolate linearly (type 7), as everywhere in faaslab; those that rest on fewer than 10
 * rows beyond them are null.
 */
export async function figuresOfRun(run: MergedRun, tables: Tables): Promise<RunFigures[]> {
  const rows = await tables.query<FigureRow>(`
    SELECT CASE WHEN grouping(instance) = 1 THEN 'function' ELSE 'instance' END AS scope,
      coalesce(instance, function) AS name, function, count(*) AS rows,
      ${timeFigures('response_ms')}, ${timeFigures('latency_ms')},
      count(cold) AS cold_known, avg(cold::INTEGER) AS cold_share, avg(failed::INTEGER) AS error_rate
    FROM ${rowsOfRun(run)}
    GROUP BY GROUPING SETS ((function), (function, instance))
    ORDER BY scope, name, function`);
  const load = await loadOf(run, tables);
  return rows.map((row) => figures(run.run_id, row, load.get(`${row.scope}/${row.name}/${row.function}`)));
}

interface FigureRow extends Group {
  rows: number;
  cold_known: number;
  cold_share: number | null;
  error_rate: number | null;
  [time: `${TimeColumn}.${string}`]: number | number[] | null;
}

function timeFigures(column: TimeColumn): string {
  const named = (sql: string, figure: string) => `${sql} AS ${quoteName(`${column}.${figure}`)}`;
  const quantile = (p: number) => `CASE WHEN count(${column}) >= ${rowsFor(p)} THEN quantile_cont(${column}, ${p}) END`;
  return [
    named(`count(${column})`, 'n'),
    named(quantile(0.5), 'p50'),
    named(quantile(0.9), 'p90'),
    named(quantile(0.99), 'p99'),
    named(`avg(${column})`, 'mean'),
    named(`quantile_cont(${column}, [${CURVE_PERCENTILES.join(', ')}])`, 'curve'),
  ].join(', ');
}

/** Rows below which a quantile is not told. */
function rowsFor(p: number): number {
  return Math.ceil(Number((10 / Math.min(p, 1 - p)).toPrecision(12)));
}

interface Load {
  throughput: number | null;
  rate: number | null;
}

async function loadOf(run: MergedRun, tables: Tables): Promise<Map<string, Load>> {
  const rows = await tables.query<Group & Load>(
    `SELECT scope, name, function, any_value(throughput) AS throughput, any_value(rate) AS rate
     FROM combined_stat WHERE run_id = $run GROUP BY scope, name, function`,
    { run: run.run_id },
  );
  return new Map(rows.map((row) => [`${row.scope}/${row.name}/${row.function}`, row]));
}

function figures(runId: string, row: FigureRow, load: Load | undefined): RunFigures {
  const both = <Value>(figure: string) => ({
    response_ms: row[`response_ms.${figure}`] as Value,
    latency_ms: row[`latency_ms.${figure}`] as Value,
  });
  return {
    run_id: runId,
    scope: row.scope,
    name: row.name,
    function: row.function,
    rows: row.rows,
    answered: both('n'),
    p50: both('p50'),
    p90: both('p90'),
    p99: both('p99'),
    mean: both('mean'),
    coldKnown: row.cold_known,
    cold_share: row.cold_share,
    error_rate: row.error_rate,
    throughput: load?.throughput ?? null,
    rate: load?.rate ?? null,
    curve: { response_ms: curveOf(row, 'response_ms'), latency_ms: curveOf(row, 'latency_ms') },
  };
}

function curveOf(row: FigureRow, time: TimeColumn): (number | null)[] {
  const n = row[`${time}.n`] as number;
  const values = row[`${time}.curve`] as number[] | null;
  return CURVE_PERCENTILES.map((p, i) => (values !== null && n >= rowsFor(p) ? values[i]! : null));
}
