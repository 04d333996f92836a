import { quoteName, type Tables } from '../records/tables.js';
import { whyNoShare } from '../statistics/known-share.js';
import { leastRowsOfQuantile } from '../statistics/intervals.js';
import { rowsOfRun } from './combined-views.js';
import { groupKey, type Group, type TimeColumn } from './comparison.js';
import type { RunCost } from './costs.js';
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
  /** why there is no share of cold starts although some are known */
  coldNote: string | null;
  error_rate: number | null;
  throughput: number | null;
  rate: number | null;
  /** null for instances, and where nothing was priced */
  cost: RunCost | null;
}

/**
 * Figures of every function and instance of each run, read from its own file: only one run's rows are in memory at a time.
 * Quantiles interpolate linearly (type 7), as everywhere in faaslab; those with fewer than 10 rows beyond them are null.
 * The platform's latency is looked at only where some function has no response time.
 */
export async function figuresOfRuns(runs: MergedRun[], tables: Tables): Promise<RunFigures[]> {
  const counts = new Map<MergedRun, CountRow[]>();
  for (const run of runs) counts.set(run, await countsOf(run, tables));
  const unanswered = [...counts.values()].flat().some((row) => row.response_ms === 0);
  const times: TimeColumn[] = unanswered ? ['response_ms', 'latency_ms'] : ['response_ms'];
  const figures: RunFigures[] = [];
  for (const [run, rows] of counts) {
    const quantiles = await quantilesOf(run, rows, times, tables);
    const load = await loadOf(run, tables);
    for (const row of rows)
      figures.push(figuresOf(run.run_id, row, quantiles.get(groupKey(row)), load.get(groupKey(row))));
  }
  return figures;
}

const SCOPE = `CASE WHEN grouping(instance) = 1 THEN 'function' ELSE 'instance' END AS scope,
  coalesce(instance, function) AS name, function`;
const BOTH_SCOPES = 'GROUPING SETS ((function), (function, instance))';

/** Executions of which the platform did not say whether they were cold; a sequence is none. */
export const COLD_UNKNOWN =
  "count(*) FILTER (attempts IS NOT NULL AND kind IS DISTINCT FROM 'sequence' AND cold IS NULL)";

interface CountRow extends Group, Record<TimeColumn, number> {
  rows: number;
  cold_known: number;
  cold_unknown: number;
  cold_share: number | null;
  error_rate: number | null;
  mean_response_ms: number | null;
  mean_latency_ms: number | null;
}

async function countsOf(run: MergedRun, tables: Tables): Promise<CountRow[]> {
  return tables.query<CountRow>(`
    SELECT ${SCOPE}, count(*) AS rows, count(response_ms) AS response_ms, count(latency_ms) AS latency_ms,
      count(cold) AS cold_known, ${COLD_UNKNOWN} AS cold_unknown, avg(cold::INTEGER) AS cold_share, avg(failed::INTEGER) AS error_rate,
      avg(response_ms) AS mean_response_ms, avg(latency_ms) AS mean_latency_ms
    FROM ${rowsOfRun(run)} GROUP BY ${BOTH_SCOPES} ORDER BY scope, name, function`);
}

/** Of each time, its 50th, 90th and 99th percentile. */
type QuantileRow = Group & Partial<Record<TimeColumn, number[] | null>>;

/** Sorting is what costs: where no function has two instances, the functions' quantiles serve their instances too. */
async function quantilesOf(
  run: MergedRun,
  groups: Group[],
  times: TimeColumn[],
  tables: Tables,
): Promise<Map<string, QuantileRow>> {
  const instances = groups.filter(({ scope }) => scope === 'instance');
  const alone = new Set(instances.map((group) => group.function)).size === instances.length;
  const lists = times.map((time) => `quantile_cont(${time}, [0.5, 0.9, 0.99]) AS ${quoteName(time)}`);
  const rows = await tables.query<QuantileRow>(
    `SELECT ${alone ? "'function' AS scope, function AS name, function" : SCOPE}, ${lists.join(', ')}
     FROM ${rowsOfRun(run)} GROUP BY ${alone ? 'function' : BOTH_SCOPES}`,
  );
  const known = new Map(rows.map((row) => [groupKey(row), row]));
  if (alone) {
    for (const { name, function: of } of instances) {
      const row = rows.find((each) => each.function === of);
      if (row !== undefined) known.set(groupKey({ scope: 'instance', name, function: of }), row);
    }
  }
  return known;
}

interface Load {
  throughput: number | null;
  rate: number | null;
  cost_per_million: number | null;
  cost_low: number | null;
  cost_high: number | null;
  cost_n: number | null;
  cost_basis: string | null;
}

async function loadOf(run: MergedRun, tables: Tables): Promise<Map<string, Load>> {
  const rows = await tables.query<Group & Load>(
    `SELECT scope, name, function, any_value(throughput) AS throughput, any_value(rate) AS rate,
       any_value(cost_per_million) AS cost_per_million, any_value(cost_low) AS cost_low, any_value(cost_high) AS cost_high,
       any_value(cost_n) AS cost_n, any_value(cost_basis) AS cost_basis
     FROM merged_stat WHERE run_id = $run GROUP BY scope, name, function`,
    { run: run.run_id },
  );
  return new Map(rows.map((row) => [groupKey(row), row]));
}

function figuresOf(
  runId: string,
  row: CountRow,
  quantiles: QuantileRow | undefined,
  load: Load | undefined,
): RunFigures {
  const of = (at: number, p: number) => {
    const known = (time: TimeColumn) =>
      row[time] >= leastRowsOfQuantile(p) ? (quantiles?.[time]?.[at] ?? null) : null;
    return { response_ms: known('response_ms'), latency_ms: known('latency_ms') };
  };
  const coldNote = whyNoShare(row.cold_known, Math.round(row.cold_known * (row.cold_share ?? 0)), row.cold_unknown);
  return {
    run_id: runId,
    scope: row.scope,
    name: row.name,
    function: row.function,
    rows: row.rows,
    answered: { response_ms: row.response_ms, latency_ms: row.latency_ms },
    p50: of(0, 0.5),
    p90: of(1, 0.9),
    p99: of(2, 0.99),
    mean: { response_ms: row.mean_response_ms, latency_ms: row.mean_latency_ms },
    coldKnown: row.cold_known,
    cold_share: coldNote === null ? row.cold_share : null,
    coldNote,
    error_rate: row.error_rate,
    throughput: load?.throughput ?? null,
    rate: load?.rate ?? null,
    cost: costIn(load),
  };
}

function costIn(load: Load | undefined): RunCost | null {
  if (load === undefined || load.cost_per_million === null || load.cost_basis === null) return null;
  const { cost_per_million: value, cost_low: low, cost_high: high, cost_n: n, cost_basis: basis } = load;
  return { value, low, high, n: n ?? 0, basis };
}
