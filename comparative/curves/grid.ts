import { rowsIn, sumOf, type RunHistogram } from './run-histograms.js';

/** A curve may rise by this between two points that are drawn: half a pixel of a panel's height. */
const STEP = 0.004;

/**
 * The bins at whose ends cumulative distributions are drawn: wherever one of the groups has risen by 0.4 % of its rows
 * since the last, and just before that, so that a step stays a step; the first and the last bin in any case.
 * @param groups of one function
 */
export function gridOf(groups: readonly (readonly RunHistogram[])[]): number[] {
  const sums = groups.map((group) => ({ rows: sumOf(group), n: rowsIn(group), since: 0 }));
  const bins = [...new Set(sums.flatMap(({ rows }) => [...rows.keys()]))].sort((a, b) => a - b);
  if (bins.length === 0) return [];
  const grid = [bins[0]! - 1];
  for (const [i, bin] of bins.entries()) {
    for (const sum of sums) sum.since += (sum.rows.get(bin) ?? 0) / sum.n;
    if (i < bins.length - 1 && sums.every(({ since }) => since < STEP)) continue;
    if (bin - 1 > grid.at(-1)!) grid.push(bin - 1);
    grid.push(bin);
    for (const sum of sums) sum.since = 0;
  }
  return grid;
}
