import { meanOf, varianceOf } from './quantiles.js';
import { tInterval, type Sectioned } from './sectioning.js';
import { twoSidedP } from './student-t.js';

/** A figure with the variance that it has by itself, and the degrees of freedom of that variance. */
export type Spread = Sectioned;

/** How far the candidate's figure lies above the baseline's, with its 95 % interval. */
export interface Contrast {
  value: number;
  low: number;
  high: number;
  /** of "they are the same" */
  p: number;
  df: number;
}

/** The mean of one value a run: variance s²/k with k − 1 degrees of freedom. At least two values. */
export function spreadOfMean(values: readonly number[]): Spread {
  return { value: meanOf(values)!, variance: varianceOf(values)! / values.length, df: values.length - 1 };
}

/**
 * Welch's t: the variances of two independent figures add, and their degrees of freedom combine after Satterthwaite,
 * v² / (vₐ²/dfₐ + vᵦ²/dfᵦ).
 *
 * @param df where the two variances are one and the same estimate, so that its degrees of freedom count once
 * @returns null where neither figure varies: there is nothing to judge by
 * @see Welch, The generalization of Student's problem, Biometrika 34, 1947
 */
export function welch(baseline: Spread, candidate: Spread, df = welchDf(baseline, candidate)): Contrast | null {
  const variance = baseline.variance + candidate.variance;
  // Equal values whose mean was rounded seem to vary in their last digit; that would make a finding of nothing.
  const rounding = ROUNDING * Math.max(Math.abs(baseline.value), Math.abs(candidate.value));
  if (!(variance > rounding ** 2)) return null;
  const value = candidate.value - baseline.value;
  const [low, high] = tInterval({ value, variance, df });
  return { value, low, high, p: twoSidedP(value / Math.sqrt(variance), df), df };
}

/** Spreads that are smaller than this part of the figure are rounding errors of it. */
const ROUNDING = 1e-12;

/** Degrees of freedom of the sum of two variances, after Satterthwaite. */
export function welchDf(a: Pick<Spread, 'variance' | 'df'>, b: Pick<Spread, 'variance' | 'df'>): number {
  return (a.variance + b.variance) ** 2 / (a.variance ** 2 / a.df + b.variance ** 2 / b.df);
}
