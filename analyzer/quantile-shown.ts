/** Fewer rows than these are a handful, whose quantiles are single rows. */
const HANDFUL = 10;

/**
 * A quantile that carries no reason of its own (FaaSProfiler's summary, the parts) is shown to a person where there are
 * ten rows and one of them lies beyond it: p50 from 10 rows, p99 from 100. `analysis.json` keeps the figure all the same.
 *
 * @param p in (0, 1)
 * @param n rows it was taken of
 * @returns null, shown as a dash, where the rows are too few
 */
export function quantileShown(value: number | null, p: number, n: number): number | null {
  return n >= Math.max(HANDFUL, Math.round(1 / (1 - p))) ? value : null;
}
