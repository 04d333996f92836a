import type { Manifest } from '../records/manifest.js';
import type { Tables } from '../records/tables.js';
import type { RunSeries } from './dynamics.js';
import { sqlOf } from './sql.js';
import { axisUpTo } from './time-axis.js';

type Extent = { last_ms: number | null; offset_ms: number | null; executions: number; workers_told: number };
type Rates = Record<'bin' | 'planned' | 'fired' | 'completed', number>;
type Change = Record<'bin' | 'peak' | 'change', number>;
type Failures = { bin: number; kind: string; n: number };

/** The run in about 120 bins of equal width, for pictures and scripts alike; needs `joined` and the view `activity`. */
export async function runSeries(tables: Tables, { config }: Pick<Manifest, 'config'>): Promise<RunSeries> {
  const [extent] = await tables.query<Extent>(sqlOf('run_extent'));
  const { last_ms, offset_ms, executions, workers_told } = extent!;
  const { binMs, bins } = axisUpTo(Math.max(last_ms ?? 0, configuredMs(config), 1));
  const bound = { bins, bin_ms: binMs };
  const rates = await tables.query<Rates>(sqlOf('rates_over_time'), bound);
  const failures = await tables.query<Failures>(sqlOf('errors_over_time'), bound);
  const levels = (level: 'in_flight' | 'live_workers') =>
    tables.query<Change>(sqlOf('levels_over_time'), { ...bound, level });
  const perS = (which: 'planned' | 'fired' | 'completed') =>
    overBins(bins, rates, (row) => (row[which] * 1000) / binMs);
  const errors = errorsOf(bins, failures);
  return {
    bin_ms: binMs,
    bins,
    clock_offset_ms: offset_ms,
    planned_per_s: perS('planned'),
    fired_per_s: perS('fired'),
    completed_per_s: perS('completed'),
    in_flight: peaks(bins, await levels('in_flight')),
    live_workers: workers_told > 0 ? peaks(bins, await levels('live_workers')) : null,
    executions,
    workers_told,
    errors,
    throttled: errors['throttled'] ?? overBins(bins, [], () => 0),
  };
}

/** The axis covers the configured time also where the end of it was silent. */
function configuredMs(config: Manifest['config']): number {
  const ms = Number(config['test_duration_in_seconds']) * 1000;
  return Number.isFinite(ms) ? ms : 0;
}

function overBins<Row extends { bin: number }>(
  bins: number,
  rows: readonly Row[],
  figure: (row: Row) => number,
): number[] {
  const list = Array.from({ length: bins }, () => 0);
  for (const row of rows) list[row.bin] = figure(row);
  return list;
}

/** The peak of each bin, which is never below the level with which it begins. */
function peaks(bins: number, changes: readonly Change[]): number[] {
  const inBin = new Map(changes.map((change) => [change.bin, change]));
  let level = 0;
  return Array.from({ length: bins }, (_, bin) => {
    const changed = inBin.get(bin);
    const before = level;
    level += changed?.change ?? 0;
    return Math.max(before, changed?.peak ?? 0);
  });
}

function errorsOf(bins: number, failures: readonly Failures[]): Record<string, number[]> {
  const kinds = [...new Set(failures.map(({ kind }) => kind))].sort();
  const ofKind = (kind: string) => failures.filter((row) => row.kind === kind);
  return Object.fromEntries(kinds.map((kind) => [kind, overBins(bins, ofKind(kind), ({ n }) => n)]));
}
