import type { Tables } from '../records/tables.js';
import { estimateMean, estimateOfSections, estimateQuantile, SECTIONED_FROM } from '../statistics/intervals.js';
import { SECTIONS } from '../statistics/sectioning.js';
import { estimateShare, shareOfSections } from '../statistics/share.js';
import type { GroupFigures, Quantiles } from './analysis.js';
import { batchesOf } from './batches.js';
import { askForGroups } from './grouped-rows.js';
import { sqlOf } from './sql.js';

export type Intervals = Pick<
  GroupFigures,
  'response_ms' | 'service_ms' | 'acceptance_ms' | 'error_rate' | 'cold_share'
>;

/** A group of `own_groups`, and how many values of each metric it has. */
export interface Group {
  number: number;
  n: Record<Metric, number>;
  /** of these, how many are set */
  flagged: Record<(typeof FLAGS)[number], number>;
}

const TIMES = ['response_ms', 'service_ms', 'acceptance_ms'] as const;
const FLAGS = ['failed', 'cold'] as const;
const METRICS = [...TIMES, ...FLAGS];
export type Metric = (typeof METRICS)[number];

/** Values that are read into memory at once. */
const ROWS_READ_AT_ONCE = 100_000;

/**
 * The figures of groups of invocations with 95 % intervals that heed the correlation between neighbouring rows, by
 * the number of each. Sections of long series are summed up in the database; short ones, whose intervals come from a bootstrap,
 * are read, some groups at a time.
 */
export async function intervalsOf(
  tables: Tables,
  groups: readonly Group[],
  seed: number,
): Promise<(number: number) => Intervals> {
  const intervals = new Map<number, Intervals>();
  const longest = ({ n }: Group): number => Math.max(...METRICS.map((metric) => n[metric]));
  const short = groups.filter((group) => longest(group) < SECTIONED_FROM);
  for (const some of batchesOf(short, longest, ROWS_READ_AT_ONCE)) {
    for (const [number, found] of await fromSeries(tables, some, METRICS, seed)) intervals.set(number, found);
  }
  const long = groups.filter((group) => longest(group) >= SECTIONED_FROM);
  if (long.length > 0)
    for (const [number, found] of await fromSections(tables, long, seed)) intervals.set(number, found);
  return (number) => intervals.get(number) ?? ofSeries({}, seed);
}

type Series = Partial<Record<Metric, number[] | null>>;

async function fromSeries(
  tables: Tables,
  groups: readonly Group[],
  metrics: readonly Metric[],
  seed: number,
): Promise<[number, Intervals][]> {
  await askForGroups(tables, numbersOf(groups));
  const rows = await tables.query<Series & { number: number }>(sqlOf('group_series'), { metrics: metrics.join(' ') });
  return rows.map(({ number, ...series }) => [number, ofSeries(series, seed)]);
}

function ofSeries(series: Series, seed: number): Intervals {
  const timesOf = (metric: (typeof TIMES)[number]): Quantiles => {
    const values = Float64Array.from(series[metric] ?? []);
    return {
      mean: estimateMean(values),
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

/** Of all values (section null), or of one section of them. */
interface ShareRow {
  number: number;
  section: number | null;
  n: number;
  mean: number;
}
interface SectionRow extends ShareRow {
  is_positive: boolean;
  quantiles: [number, number, number];
}

async function fromSections(tables: Tables, groups: readonly Group[], seed: number): Promise<[number, Intervals][]> {
  const found = new Map(groups.map(({ number }) => [number, ofSeries({}, seed)]));
  for (const metric of FLAGS) {
    const figure = metric === 'failed' ? 'error_rate' : 'cold_share';
    const isEven = ({ n, flagged }: Group): boolean => flagged[metric] === 0 || flagged[metric] === n[metric];
    // Where a kind does not occur at all, no section differs from another.
    for (const { number, n, flagged } of groups.filter((group) => isEven(group) && group.n[metric] > 0)) {
      const share = flagged[metric] / n[metric];
      found.get(number)![figure] = shareOfSections(
        n[metric],
        share,
        Array.from({ length: SECTIONS }, () => share),
      );
    }
    const uneven = groups.filter((group) => !isEven(group));
    for (const [all, ...sections] of await sectionsOf<ShareRow>(tables, 'group_shares', uneven, metric)) {
      const share = shareOfSections(
        all!.n,
        all!.mean,
        sections.map(({ mean }) => mean),
      );
      found.get(all!.number)![figure] = share;
    }
  }
  for (const metric of TIMES) {
    const long = groups.filter(({ n }) => n[metric] >= SECTIONED_FROM);
    for (const rows of await sectionsOf<SectionRow>(tables, 'group_sections', long, metric)) {
      found.get(rows[0]!.number)![metric] = timesOf(rows);
    }
    // A metric may have few values in a long group, such as the acceptance of some rows.
    const short = groups.filter(({ n }) => n[metric] > 0 && n[metric] < SECTIONED_FROM);
    for (const some of batchesOf(short, ({ n }) => n[metric], ROWS_READ_AT_ONCE)) {
      for (const [number, series] of await fromSeries(tables, some, [metric], seed)) {
        found.get(number)![metric] = series[metric];
      }
    }
  }
  return [...found];
}

/** The rows of each group, that of all its values first. */
async function sectionsOf<Row extends ShareRow>(
  tables: Tables,
  question: 'group_shares' | 'group_sections',
  groups: readonly Group[],
  metric: Metric,
): Promise<Row[][]> {
  const known = groups.filter(({ n }) => n[metric] > 0);
  if (known.length === 0) return [];
  const rows: Row[] = [];
  // The whole run by itself: it has as many rows as all functions together, and rows are sorted in memory.
  for (const some of batchesOf(known, ({ n }) => n[metric])) {
    await askForGroups(tables, numbersOf(some));
    rows.push(...(await tables.query<Row>(sqlOf(question), { metric })));
  }
  return known.map(({ number }) => rows.filter((row) => row.number === number));
}

function timesOf([all, ...sections]: SectionRow[]): Quantiles {
  const { n, mean, is_positive, quantiles } = all!;
  const estimate = (whole: number, of: (section: SectionRow) => number) =>
    estimateOfSections(n, whole, sections.map(of), is_positive);
  return {
    mean: estimate(mean, (section) => section.mean),
    p50: estimate(quantiles[0], (section) => section.quantiles[0]),
    p90: estimate(quantiles[1], (section) => section.quantiles[1]),
    p99: estimate(quantiles[2], (section) => section.quantiles[2]),
  };
}

function numbersOf(groups: readonly Group[]): number[] {
  return groups.map(({ number }) => number);
}
