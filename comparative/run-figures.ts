import { collectGarbage } from '../common/collect-garbage.js';
import type { Tables } from '../records/tables.js';
import { leastRowsOfQuantile } from '../statistics/intervals.js';
import { whyNoShare } from '../statistics/known-share.js';
import { groupKey, type Group, type TimeColumn } from './comparison.js';
import type { RunCost } from './costs.js';
import type { MergedRun } from './merged.js';
import { countsOfRun, latencyQuantilesOfRun, type RunRow } from './run-counts.js';

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
 * A result of DuckDB is small for the collector and holds memory outside of its heap: left to itself, it lets those of a hundred
 * runs gather. A collection takes 10 ms.
 */
const RUNS_BETWEEN_COLLECTIONS = 10;

/**
 * Figures of every function and instance of each run, read from its own file: only one run's rows are in memory at a time.
 * Quantiles interpolate linearly (type 7), as everywhere in faaslab; those with fewer than 10 rows beyond them are null.
 * The platform's latency is looked at only where some function has no response time.
 */
export async function figuresOfRuns(runs: MergedRun[], tables: Tables): Promise<RunFigures[]> {
  const rows = new Map<MergedRun, RunRow[]>();
  for (const [at, run] of runs.entries()) {
    rows.set(run, await countsOfRun(run, tables));
    if (at % RUNS_BETWEEN_COLLECTIONS === 0) collectGarbage();
  }
  if ([...rows.values()].flat().some((row) => row.answered.response_ms === 0)) {
    for (const [run, of] of rows) await latencyQuantilesOfRun(run, of, tables);
  }
  const load = await loadOfRuns(tables);
  return [...rows].flatMap(([{ run_id }, of]) =>
    of.map((row) => figuresOf(run_id, row, load.get(loadKey(run_id, row)))),
  );
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

function loadKey(runId: string, group: Group): string {
  return JSON.stringify([runId, groupKey(group)]);
}

/** A few rows a run. Grouped, since an archive of a stranger may have two of one group. */
async function loadOfRuns(tables: Tables): Promise<Map<string, Load>> {
  const rows = await tables.query<Group & Load & { run_id: string }>(
    `SELECT run_id, scope, name, function, any_value(throughput) AS throughput, any_value(rate) AS rate,
       any_value(cost_per_million) AS cost_per_million, any_value(cost_low) AS cost_low, any_value(cost_high) AS cost_high,
       any_value(cost_n) AS cost_n, any_value(cost_basis) AS cost_basis
     FROM merged_stat GROUP BY run_id, scope, name, function`,
  );
  return new Map(rows.map((row) => [loadKey(row.run_id, row), row]));
}

function figuresOf(runId: string, row: RunRow, load: Load | undefined): RunFigures {
  const { answered, sums, quantiles, cold_known: coldKnown, cold, cold_unknown } = row;
  const both = (of: (time: TimeColumn) => number | null) => ({
    response_ms: of('response_ms'),
    latency_ms: of('latency_ms'),
  });
  const quantile = (at: number, p: number) =>
    both((time) => (answered[time] >= leastRowsOfQuantile(p) ? (quantiles[time]?.[at] ?? null) : null));
  const coldNote = whyNoShare(coldKnown, cold, cold_unknown);
  return {
    run_id: runId,
    scope: row.scope,
    name: row.name,
    function: row.function,
    rows: row.rows,
    answered,
    p50: quantile(0, 0.5),
    p90: quantile(1, 0.9),
    p99: quantile(2, 0.99),
    mean: both((time) => shareOf(sums[time], answered[time])),
    coldKnown,
    cold_share: coldNote === null ? shareOf(cold, coldKnown) : null,
    coldNote,
    error_rate: shareOf(row.failed, row.failed_known),
    throughput: load?.throughput ?? null,
    rate: load?.rate ?? null,
    cost: costIn(load),
  };
}

function shareOf(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

function costIn(load: Load | undefined): RunCost | null {
  if (load === undefined || load.cost_per_million === null || load.cost_basis === null) return null;
  const { cost_per_million: value, cost_low: low, cost_high: high, cost_n: n, cost_basis: basis } = load;
  return { value, low, high, n: n ?? 0, basis };
}
