import { quantilePosition } from '../../statistics/quantiles.js';
import { binMiddle, rowsIn, sumOf, type RunHistogram } from './run-histograms.js';

/** The five figures of a box, ms: quantiles of all rows of a group together. */
export interface Box {
  n: number;
  runs: number;
  p5: number;
  p25: number;
  p50: number;
  p75: number;
  p95: number;
}

const QUANTILES = { p5: 0.05, p25: 0.25, p50: 0.5, p75: 0.75, p95: 0.95 } as const;

/**
 * Quantiles of the rows of several runs together, read from their bins: at most 0.5 % off. They describe what was measured
 * and have no interval.
 * @returns null without rows
 */
export function boxOf(histograms: readonly RunHistogram[]): Box | null {
  const n = rowsIn(histograms);
  if (n === 0) return null;
  const bins = [...sumOf(histograms)].sort(([a], [b]) => a - b);
  const at = (p: number) => {
    let seen = 0;
    const { below } = quantilePosition(n, p);
    for (const [bin, rows] of bins) {
      seen += rows;
      if (seen > below) return binMiddle(bin);
    }
    return binMiddle(bins.at(-1)![0]);
  };
  const runs = new Set(histograms.map(({ run_id }) => run_id)).size;
  const quantiles = Object.fromEntries(Object.entries(QUANTILES).map(([name, p]) => [name, at(p)]));
  return { n, runs, ...(quantiles as Record<keyof typeof QUANTILES, number>) };
}
