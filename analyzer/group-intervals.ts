import type { Tables } from '../records/tables.js';
import { estimateMean, estimateOfSections, estimateQuantile, SECTIONED_FROM } from '../statistics/intervals.js';
import { estimateShare, shareOfSections } from '../statistics/share.js';
import type { GroupFigures, Quantiles } from './analysis.js';
import { groupKey, type Scope } from './group-key.js';
import { sqlOf } from './sql.js';

export type Intervals = Pick<
  GroupFigures,
  'response_ms' | 'service_ms' | 'acceptance_ms' | 'error_rate' | 'cold_share'
>;

/** A group of invocations, and how many values of each metric it has. */
export interface Group {
  scope: Scope;
  name: string;
  n: Record<Metric, number>;
}

const TIMES = ['response_ms', 'service_ms', 'acceptance_ms'] as const;
const FLAGS = ['failed', 'cold'] as const;
const METRICS = [...TIMES, ...FLAGS];
export type Metric = (typeof METRICS)[number];

/** Values that are read into memory at once. */
const ROWS_AT_ONCE = 100_000;

/**
 * The figures of groups of invocations with 95 % intervals that heed the correlation between neighbouring rows, by
 * `groupKey`. Sections of long series are summed up in the database; short ones, whose intervals come from a bootstrap,
 * are read, some groups at a time.
 */
export async function intervalsOf(
  tables: Tables,
  groups: readonly Group[],
  seed: number,
): Promise<(key: string) => Intervals> {
  const intervals = new Map<string, Intervals>();
  const longest = ({ n }: Group): number => Math.max(...METRICS.map((metric) => n[metric]));
  for (const some of batches(
    groups.filter((group) => longest(group) < SECTIONED_FROM),
    longest,
  )) {
    for (const [key, found] of await fromSeries(tables, some, METRICS, seed)) intervals.set(key, found);
  }
  const long = groups.filter((group) => longest(group) >= SECTIONED_FROM);
  if (long.length > 0) for (const [key, found] of await fromSections(tables, long, seed)) intervals.set(key, found);
  return (key) => intervals.get(key) ?? ofSeries({}, seed);
}

function* batches(groups: readonly Group[], sizeOf: (group: Group) => number): Generator<Group[]> {
  let some: Group[] = [];
  let rows = 0;
  for (const group of groups) {
    if (some.length > 0 && rows + sizeOf(group) > ROWS_AT_ONCE) {
      yield some;
      some = [];
      rows = 0;
    }
    some.push(group);
    rows += sizeOf(group);
  }
  if (some.length > 0) yield some;
}

type Series = Partial<Record<Metric, number[] | null>>;

async function fromSeries(
  tables: Tables,
  groups: readonly Group[],
  metrics: readonly Metric[],
  seed: number,
): Promise<[string, Intervals][]> {
  const rows = await tables.query<Series & { scope: Scope; name: string }>(sqlOf('group_series'), {
    ...wanted(groups),
    metrics: metrics.join(' '),
  });
  return rows.map(({ scope, name, ...series }) => [groupKey(scope, name), ofSeries(series, seed)]);
}

function ofSeries(series: Series, seed: number): Intervals {
  const timesOf = (metric: (typeof TIMES)[number]): Quantiles => {
    const values = Float64Array.from(series[metric] ?? []);
    return {
      mean: estimateMean(values, { seed }),
      p50: estimateQuantile(values, 0.5, { seed }),
      p90: estimateQuantile(values, 0.9, { seed }),
      p99: estimateQuantile(values, 0.99, { seed }),
    };
  };
  return {
    response_ms: timesOf('response_ms'),
    service_ms: timesOf('service_ms'),
    acceptance_ms: timesOf('acceptance_ms'),
    error_rate: estimateShare(series.failed ?? []),
    cold_share: estimateShare(series.cold ?? []),
  };
}

/** Figures of all values (section null), or of one section of them. */
interface SectionRow {
  scope: Scope;
  name: string;
  section: number | null;
  n: number;
  mean: number;
  is_positive: boolean;
  quantiles: [number, number, number];
}

async function fromSections(tables: Tables, groups: readonly Group[], seed: number): Promise<[string, Intervals][]> {
  const found = new Map(groups.map(({ scope, name }) => [groupKey(scope, name), ofSeries({}, seed)]));
  for (const metric of FLAGS) await setSections(tables, found, groups, metric);
  for (const metric of TIMES) {
    await setSections(
      tables,
      found,
      groups.filter(({ n }) => n[metric] >= SECTIONED_FROM),
      metric,
    );
    // A metric may have few values in a long group, such as the acceptance of some rows.
    const short = groups.filter(({ n }) => n[metric] > 0 && n[metric] < SECTIONED_FROM);
    for (const some of batches(short, ({ n }) => n[metric])) {
      for (const [key, series] of await fromSeries(tables, some, [metric], seed)) {
        found.get(key)![metric] = series[metric];
      }
    }
  }
  return [...found];
}

async function setSections(
  tables: Tables,
  found: Map<string, Intervals>,
  groups: readonly Group[],
  metric: Metric,
): Promise<void> {
  for (const [key, rows] of await sectionsOf(tables, groups, metric)) set(found.get(key)!, metric, rows);
}

async function sectionsOf(
  tables: Tables,
  groups: readonly Group[],
  metric: Metric,
): Promise<Map<string, SectionRow[]>> {
  const found = new Map<string, SectionRow[]>();
  if (groups.length === 0) return found;
  for (const row of await tables.query<SectionRow>(sqlOf('group_sections'), { ...wanted(groups), metric })) {
    const key = groupKey(row.scope, row.name);
    found.set(key, [...(found.get(key) ?? []), row]);
  }
  return found;
}

function set(intervals: Intervals, metric: Metric, [all, ...sections]: SectionRow[]): void {
  const { n, mean, is_positive, quantiles } = all!;
  const means = sections.map((section) => section.mean);
  if (metric === 'failed' || metric === 'cold') {
    intervals[metric === 'failed' ? 'error_rate' : 'cold_share'] = shareOfSections(n, mean, means);
    return;
  }
  const quantile = (i: 0 | 1 | 2) =>
    estimateOfSections(
      n,
      quantiles[i],
      sections.map((section) => section.quantiles[i]),
      is_positive,
    );
  intervals[metric] = {
    mean: estimateOfSections(n, mean, means, is_positive),
    p50: quantile(0),
    p90: quantile(1),
    p99: quantile(2),
  };
}

function wanted(groups: readonly Group[]): { groups: string } {
  return { groups: JSON.stringify(groups.map(({ scope, name }) => ({ scope, name }))) };
}
