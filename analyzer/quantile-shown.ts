import { leastRowsOfQuantile } from '../statistics/intervals.js';

/**
 * A quantile that carries no reason of its own (FaaSProfiler's summary, the parts) is shown to a person by the rule of the
 * response times: where ten rows lie beyond it, p50 from 20 rows on, p99 from 1,000. `analysis.json` keeps the figure with
 * its n.
 *
 * @param p in (0, 1)
 * @param n rows it was taken of
 * @returns null, shown as a dash, where the rows are too few
 */
export function quantileShown(value: number | null, p: number, n: number): number | null {
  return n >= leastRowsOfQuantile(p) ? value : null;
}
