import type { Tables } from '../records/tables.js';
import { estimateMean, estimateQuantile } from '../statistics/intervals.js';
import { estimateShare } from '../statistics/share.js';
import type { Analysis, GroupFigures, Moments, Quantiles } from './analysis.js';
import { breakDown } from './breakdown.js';
import { groupKey, type Scope } from './group-key.js';
import { sqlOf } from './sql.js';
import { noMoments } from './summary.js';

type Counts = Pick<
  GroupFigures,
  'name' | 'function' | 'planned' | 'ok' | 'failed' | 'dropped' | 'lost' | 'answered' | 'accepted'
>;
type PlatformTimes = Pick<GroupFigures, 'wait_ms' | 'init_ms' | 'execution_ms' | 'duration_ms'>;
type Intervals = Pick<GroupFigures, 'response_ms' | 'service_ms' | 'acceptance_ms' | 'error_rate' | 'cold_share'>;

type Groups = Pick<Analysis, 'overall' | 'functions' | 'instances'>;

/** The figures of the whole run, every function and every instance, with intervals that hold for correlated rows. */
export async function groupFigures(tables: Tables, seed: number): Promise<Groups> {
  const counts = await tables.query<Counts & { scope: Scope }>(sqlOf('group_counts'));
  const momentsOf = await platformTimes(tables);
  const breakdownOf = await breakDown(tables);
  const groups: Record<Scope, GroupFigures[]> = { function: [], instance: [], overall: [] };
  for (const { scope, ...count } of counts) {
    const key = groupKey(scope, count.name);
    const same = groups.function.find(({ planned, ...of }) => planned === count.planned && covers(of, scope, count));
    const { response_ms, service_ms, acceptance_ms, error_rate, cold_share } =
      same ?? (await intervalsOf(tables, scope, count.name, seed));
    const intervals = { response_ms, service_ms, acceptance_ms, error_rate, cold_share };
    groups[scope].push({ ...count, ...intervals, ...momentsOf(key), parts: breakdownOf(key) });
  }
  const { function: functions, instance: instances, overall } = groups;
  return { functions, instances, overall: overall[0] ?? (await noGroup(tables, seed)) };
}

/** A function's rows are also those of its only instance, or of the whole run: the intervals need not be made twice. */
function covers(of: { name: string }, scope: Scope, count: Counts): boolean {
  return scope === 'overall' || (scope === 'instance' && of.name === count.function);
}

/** A run without a row. */
async function noGroup(tables: Tables, seed: number): Promise<GroupFigures> {
  const counts = { planned: 0, ok: 0, failed: 0, dropped: 0, lost: 0, answered: 0, accepted: 0 };
  const parts = (await breakDown(tables))('');
  const intervals = await intervalsOf(tables, 'overall', '', seed);
  return { name: 'overall', function: 'overall', ...counts, ...intervals, ...noTimes(), parts };
}

async function platformTimes(tables: Tables): Promise<(key: string) => PlatformTimes> {
  type Row = Moments & { scope: Scope; name: string; metric: keyof PlatformTimes };
  const times = new Map<string, PlatformTimes>();
  for (const { scope, name, metric, ...moments } of await tables.query<Row>(sqlOf('group_moments'))) {
    const key = groupKey(scope, name);
    const group = times.get(key) ?? noTimes();
    times.set(key, group);
    group[metric] = moments;
  }
  return (key) => times.get(key) ?? noTimes();
}

function noTimes(): PlatformTimes {
  return { wait_ms: noMoments(), init_ms: noMoments(), execution_ms: noMoments(), duration_ms: noMoments() };
}

type Series = Record<'response_ms' | 'service_ms' | 'acceptance_ms' | 'failed' | 'cold', number[] | null>;

async function intervalsOf(tables: Tables, scope: Scope, name: string, seed: number): Promise<Intervals> {
  const [series] = await tables.query<Series>(sqlOf('group_series'), { scope, name });
  return {
    response_ms: quantilesOf(series!.response_ms, seed),
    service_ms: quantilesOf(series!.service_ms, seed),
    acceptance_ms: quantilesOf(series!.acceptance_ms, seed),
    error_rate: estimateShare(series!.failed ?? []),
    cold_share: estimateShare(series!.cold ?? []),
  };
}

function quantilesOf(list: number[] | null, seed: number): Quantiles {
  const values = Float64Array.from(list ?? []);
  return {
    mean: estimateMean(values),
    p50: estimateQuantile(values, 0.5, { seed }),
    p90: estimateQuantile(values, 0.9, { seed }),
    p99: estimateQuantile(values, 0.99, { seed }),
  };
}
