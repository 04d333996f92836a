import type { Estimate } from './estimate.js';
import { meanOf, varianceOf } from './quantiles.js';
import { tInterval, type Sectioned } from './sectioning.js';
import { twoSidedP } from './student-t.js';

/** A ratio candidate / baseline with its interval, and the p value of "the ratio is 1" (null where it cannot be told). */
export interface RatioTest {
  ratio: Estimate;
  p: number | null;
}

/**
 * Welch's t test on logarithms: how many times larger a figure is in the candidate's runs than in the baseline's.
 * One value a run: the run is the unit of replication, never the row.
 * Difference of the mean logs; variance s²ₐ/nₐ + s²ᵦ/nᵦ; degrees of freedom by Welch–Satterthwaite; back by exp.
 *
 * @param baseline  one positive value for each run
 * @param candidate likewise
 * @returns the ratio without interval where a side has one run (nothing is known of the spread between runs)
 * @see Welch, The generalization of Student's problem, Biometrika 34, 1947
 */
export function welchOnLogs(baseline: readonly number[], candidate: readonly number[]): RatioTest {
  const n = baseline.length + candidate.length;
  if (baseline.length === 0 || candidate.length === 0) return unknown(null, n, 'no runs on one side');
  if ([...baseline, ...candidate].some((value) => !(value > 0 && value < Infinity)))
    return unknown(null, n, 'a ratio needs positive values');
  const a = baseline.map(Math.log);
  const b = candidate.map(Math.log);
  const value = meanOf(b)! - meanOf(a)!;
  if (a.length < 2 || b.length < 2)
    return unknown(Math.exp(value), n, 'one run on a side: the spread between runs is unknown');

  const difference = welchDifference(a, b);
  if (difference === null) return unknown(Math.exp(value), n, 'all runs of a side are equal: no spread to judge by');
  const { variance, df } = difference;
  const [low, high] = tInterval(difference);
  return {
    ratio: { value: Math.exp(value), low: Math.exp(low), high: Math.exp(high), n, method: 'welch t', note: null },
    p: twoSidedP(value / Math.sqrt(variance), df),
  };
}

/**
 * The difference of two means, b − a, its variance, and the degrees of freedom of that after Welch–Satterthwaite.
 * @returns null where a side has fewer than two values, or none of them varies
 */
export function welchDifference(a: readonly number[], b: readonly number[]): Sectioned | null {
  if (a.length < 2 || b.length < 2) return null;
  const termA = varianceOf(a)! / a.length;
  const termB = varianceOf(b)! / b.length;
  const variance = termA + termB;
  if (variance === 0) return null;
  const df = variance ** 2 / (termA ** 2 / (a.length - 1) + termB ** 2 / (b.length - 1));
  return { value: meanOf(b)! - meanOf(a)!, variance, df };
}

function unknown(value: number | null, n: number, note: string): RatioTest {
  return { ratio: { value, low: null, high: null, n, method: 'none', note }, p: null };
}
