import type { Estimate } from '../../statistics/estimate.js';
import { ratioOfFigures } from '../several-runs.js';
import { ratioOfEstimates } from '../single-runs.js';

/** The quantiles at which two sides are held against each other: each decile, and the tail as far as the rows reach. */
export const SHIFT_QUANTILES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999] as const;

/** By how much one quantile changed: as a ratio, and in ms. */
export interface Shift {
  p: number;
  ratio: Estimate;
  difference: Estimate;
}

/**
 * The shift function: the change of each quantile, where the sides have all of it. As in the comparison: of several runs on a
 * side each run's own quantile is one figure (Welch's t on logarithms), of one run a side each run has its own interval; the
 * difference in ms is that of the same figures (change.ts). Each quantile stands for itself: the intervals are not corrected for their
 * number.
 *
 * @param sides for each run, its quantiles at SHIFT_QUANTILES; with their intervals where a side is one run
 * @see Doksum, Empirical probability plots and statistical inference for nonlinear models in the two-sample case, Ann. Statist. 2, 1974
 */
export function shiftsOf(sides: Record<'baseline' | 'candidate', Estimate[][]>): Shift[] {
  const { baseline, candidate } = sides;
  const single = baseline.length === 1 && candidate.length === 1;
  return SHIFT_QUANTILES.flatMap((p, i) => {
    const [a, b] = [baseline, candidate].map((runs) => runs.map((quantiles) => quantiles[i]!));
    // A quantile that only some of the runs can tell would be about who is left.
    if ([...a!, ...b!].some(({ value }) => value === null)) return [];
    const values = (runs: Estimate[]) => runs.map(({ value }) => value!);
    const { change, other } = single ? ratioOfEstimates(a![0]!, b![0]!) : ratioOfFigures(values(a!), values(b!));
    return { p, ratio: change, difference: other };
  });
}
