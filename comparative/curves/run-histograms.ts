import type { Tables } from '../../records/tables.js';
import { SECTIONS } from '../../statistics/sectioning.js';
import { rowsOfRun } from '../combined-views.js';
import type { TimeColumn } from '../comparison.js';
import type { MergedRun } from '../merged.js';

/**
 * Width of a bin: each ends 1 % above its begin, so that what is read from a bin is at most 0.5 % off, wherever it lies.
 * @see Masson, Rim & Lee, DDSketch, PVLDB 12(12), 2019
 */
const GROWTH = Math.log(1.01);

/** The platform counts whole milliseconds; 0 has no place on a log axis. */
export const BELOW_RESOLUTION_MS = 0.5;

/** How the times of one function in one run are spread, in bins of 1 %: small however many rows there were. */
export interface RunHistogram {
  run_id: string;
  function: string;
  /** null where the platform did not say */
  cold: boolean | null;
  /** which tenth of the function's rows, in the order of the plan, from 1; 0 where the run was not cut */
  section: number;
  bins: Int32Array;
  counts: Float64Array;
}

/** Upper end of a bin, ms. */
export function binEnd(bin: number): number {
  return Math.exp((bin + 1) * GROWTH);
}

/** Middle of a bin, ms. */
export function binMiddle(bin: number): number {
  return Math.exp((bin + 0.5) * GROWTH);
}

/**
 * Counts the rows of each bin in the database; rows are never held here.
 * @param cut whether into tenths of time, for intervals of a single run
 */
export async function histogramsOf(
  run: MergedRun,
  functions: readonly string[],
  time: TimeColumn,
  cut: boolean,
  tables: Tables,
): Promise<RunHistogram[]> {
  const section = cut ? `ntile(${SECTIONS}) OVER (PARTITION BY function ORDER BY planned_ms, seq)` : '0';
  const rows = await tables.query<{
    function: string;
    cold: boolean | null;
    section: number;
    bins: number[];
    counts: number[];
  }>(
    `WITH binned AS (
       SELECT function, cold, ${section} AS section,
         floor(ln(greatest(${time}, ${BELOW_RESOLUTION_MS})) / ${GROWTH})::INTEGER AS bin
       FROM ${rowsOfRun(run, ['function', 'cold', 'planned_ms', 'seq', time])} WHERE ${time} IS NOT NULL AND list_contains($functions::JSON::VARCHAR[], function)
     ), counted AS (SELECT function, cold, section, bin, count(*)::DOUBLE AS n FROM binned GROUP BY ALL)
     SELECT function, cold, section, list(bin ORDER BY bin) AS bins, list(n ORDER BY bin) AS counts
     FROM counted GROUP BY ALL ORDER BY ALL`,
    { functions: JSON.stringify(functions) },
  );
  return rows.map(({ bins, counts, ...row }) => ({
    ...row,
    run_id: run.run_id,
    bins: Int32Array.from(bins),
    counts: Float64Array.from(counts),
  }));
}

/** Rows a bin of several histograms together. */
export function sumOf(histograms: readonly RunHistogram[]): Map<number, number> {
  const sum = new Map<number, number>();
  for (const { bins, counts } of histograms) bins.forEach((bin, i) => sum.set(bin, (sum.get(bin) ?? 0) + counts[i]!));
  return sum;
}

export function rowsIn(histograms: readonly RunHistogram[]): number {
  return histograms.reduce((sum, { counts }) => sum + counts.reduce((rows, n) => rows + n, 0), 0);
}
