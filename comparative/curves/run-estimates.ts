import type { Tables } from '../../records/tables.js';
import type { Estimate } from '../../statistics/estimate.js';
import {
  estimateOfSections,
  estimateQuantile,
  leastRowsOfQuantile,
  SECTIONED_FROM,
  tooFew,
} from '../../statistics/intervals.js';
import { SECTIONS } from '../../statistics/sectioning.js';
import { estimateShare, shareOfSections } from '../../statistics/share.js';
import { rowsOfRun } from '../combined-views.js';
import type { TimeColumn } from '../comparison.js';
import type { MergedRun } from '../merged.js';
import { seriesOf } from '../series.js';

/** Quantiles of one function in one run, and its share of errors, each with the interval of that run alone. */
export interface RunEstimates {
  /** in the order of the quantiles asked for */
  quantiles: Estimate[];
  errors: Estimate;
}

export interface EstimateOptions {
  time: TimeColumn;
  /** quantiles, in (0, 1) */
  ps: readonly number[];
  /** rows of the function that have the time */
  answered: number;
  /** of the bootstrap */
  seed: number;
}

/**
 * As the comparison does it (statistics/intervals.ts): up to 20,000 rows are read, so that the block bootstrap can serve the
 * tails; of more the database takes the figures of the sections, and nothing is held here.
 */
export async function estimatesOf(
  run: MergedRun,
  name: string,
  { time, ps, answered, seed }: EstimateOptions,
  tables: Tables,
): Promise<RunEstimates> {
  if (answered >= SECTIONED_FROM) return bySections(run, name, time, ps, tables);
  const { times, failed } = await seriesOf(run, { scope: 'function', name, function: name }, time, tables);
  return { quantiles: ps.map((p) => estimateQuantile(times, p, { seed })), errors: estimateShare(failed) };
}

interface SectionRow {
  /** null = all rows */
  section: number | null;
  n: number;
  rows: number;
  least: number;
  at: number[];
  errors: number;
}

async function bySections(
  run: MergedRun,
  name: string,
  time: TimeColumn,
  ps: readonly number[],
  tables: Tables,
): Promise<RunEstimates> {
  const rows = await tables.query<SectionRow>(
    `WITH own AS (
       SELECT ${time} AS ms, failed::INTEGER AS failed, ntile(${SECTIONS}) OVER (ORDER BY planned_ms, seq) AS section
       FROM ${rowsOfRun(run, ['function', 'failed', 'planned_ms', 'seq', time])} WHERE function = $name
     )
     SELECT section, count(ms) AS n, count(*) AS rows, min(ms) AS least, quantile_cont(ms, [${ps.join(', ')}]) AS at,
       avg(failed) AS errors
     FROM own GROUP BY GROUPING SETS ((), (section)) ORDER BY section NULLS FIRST`,
    { name },
  );
  const [whole, ...sections] = rows as [SectionRow, ...SectionRow[]];
  return {
    quantiles: ps.map((p, i) =>
      quantileOfSections(
        whole,
        p,
        i,
        sections.map(({ at }) => at[i]!),
      ),
    ),
    errors: shareOfSections(
      whole.rows,
      whole.errors,
      sections.map(({ errors }) => errors),
    ),
  };
}

/** Sectioning needs some 20 rows beyond the quantile in each section. */
function quantileOfSections({ n, least, at }: SectionRow, p: number, i: number, sections: number[]): Estimate {
  const fewest = leastRowsOfQuantile(p);
  const without = { low: null, high: null, n, method: 'none' } as const;
  if (n < fewest) return { value: null, ...without, note: tooFew(n, fewest) };
  if (n < 2 * SECTIONS * fewest) return { value: at[i]!, ...without, note: tooFew(n, 2 * SECTIONS * fewest) };
  return estimateOfSections(n, at[i]!, sections, least > 0);
}
