import { blockLength } from '../statistics/block-bootstrap.js';
import type { Estimate } from '../statistics/estimate.js';
import { estimateMean, estimateQuantile } from '../statistics/intervals.js';
import { SECTIONS, tInterval } from '../statistics/sectioning.js';
import { estimateShare } from '../statistics/share.js';
import { studentTQuantile, twoSidedP } from '../statistics/student-t.js';

/** A change from the baseline to the candidate, and the p value of there being none (null where it cannot be told). */
export interface Change {
  baseline: number | null;
  candidate: number | null;
  change: Estimate;
  p: number | null;
}

/** Why two sides whose times are known still have no ratio. */
const NEEDS_POSITIVE = 'a ratio needs positive values: latencies are 0 in whole milliseconds';

/** Says of every figure that rests on one run a side what it cannot know. */
export const ONE_RUN_NOTE = 'one run a side: nothing is known of the spread between runs';

/**
 * How many times larger a figure of one run is than that of another: each run's own interval on the log scale, which
 * respects the correlation of neighbouring rows, gives a variance with its degrees of freedom; the runs are independent,
 * so the variances add and the degrees of freedom combine after Welch–Satterthwaite.
 *
 * @param p a quantile in (0, 1), or the mean
 */
export function ratioOfRuns(baseline: Float64Array, candidate: Float64Array, p: number | 'mean', seed: number): Change {
  const of = (values: Float64Array) => (p === 'mean' ? estimateMean(values) : estimateQuantile(values, p, { seed }));
  return ratioOfEstimates(of(baseline), of(candidate));
}

/** The same of two figures whose intervals somebody else took. */
export function ratioOfEstimates(a: Estimate, b: Estimate): Change {
  const n = a.n + b.n;
  const sides = { baseline: a.value, candidate: b.value };
  const spreads = [a, b].map(logSpread);
  if (!(a.value! > 0) || !(b.value! > 0) || a.value === null || b.value === null || spreads.includes(null)) {
    const note = [a.note, b.note].find((text) => text !== null) ?? NEEDS_POSITIVE;
    const value = a.value !== null && b.value !== null && a.value > 0 ? b.value / a.value : null;
    return { ...sides, change: { value, low: null, high: null, n, method: 'none', note }, p: null };
  }
  const [spreadA, spreadB] = spreads as [LogSpread, LogSpread];
  const variance = spreadA.variance + spreadB.variance;
  const value = Math.log(b.value / a.value);
  const method = a.method === b.method ? a.method : 'block bootstrap';
  if (variance === 0) {
    const note = 'the values do not vary: no spread to judge by';
    return { ...sides, change: { value: Math.exp(value), low: null, high: null, n, method: 'none', note }, p: null };
  }
  const df = variance ** 2 / (spreadA.variance ** 2 / spreadA.df + spreadB.variance ** 2 / spreadB.df);
  const [low, high] = tInterval({ value, variance, df });
  return {
    ...sides,
    change: { value: Math.exp(value), low: Math.exp(low), high: Math.exp(high), n, method, note: ONE_RUN_NOTE },
    p: twoSidedP(value / Math.sqrt(variance), df),
  };
}

/**
 * By how much a figure of one run exceeds that of another, on the figure's own scale: the distances of each to the ends of
 * its interval add in squares, so that intervals that reach further up than down stay so.
 *
 * @see Donner & Zou, Closed-form confidence intervals for functions of the normal mean and standard deviation, Stat.
 *      Methods Med. Res. 21(4), 2012 (MOVER); for shares Newcombe, 1998
 */
export function differenceOfEstimates(a: Estimate, b: Estimate): Estimate {
  const n = a.n + b.n;
  const value = a.value === null || b.value === null ? null : b.value - a.value;
  if (value === null || a.low === null || b.low === null) {
    return { value, low: null, high: null, n, method: 'none', note: a.note ?? b.note };
  }
  const { down, up } = reachesOf(a, b);
  const method = a.method === b.method ? a.method : 'block bootstrap';
  return { value, low: value - down, high: value + up, n, method, note: ONE_RUN_NOTE };
}

/** How far the difference of two known estimates reaches beyond its value, each way. */
function reachesOf(a: Estimate, b: Estimate): { down: number; up: number } {
  return {
    down: Math.hypot(b.value! - b.low!, a.high! - a.value!),
    up: Math.hypot(b.high! - b.value!, a.value! - a.low!),
  };
}

interface LogSpread {
  variance: number;
  df: number;
}

/** Variance on the log scale, and its degrees of freedom, from the t interval that the estimate was given. */
function logSpread({ low, high, n, method }: Estimate): LogSpread | null {
  if (low === null || high === null || !(low > 0)) return null;
  const df = method === 'sectioning' ? SECTIONS - 1 : n / blockLength(n) - 1;
  return { variance: (Math.log(high / low) / 2 / studentTQuantile(0.975, df)) ** 2, df };
}

/**
 * Difference of two shares, candidate − baseline, from the interval of each: the distances to their ends towards the
 * other side add in squares, so that shares of 0 keep the width that their number of rows gives them.
 *
 * @param baseline  flags in time order
 * @param candidate likewise
 * @see Newcombe, Interval estimation for the difference between independent proportions, Stat. Med. 17, 1998 (method 10)
 */
export function differenceOfShares(baseline: ArrayLike<number>, candidate: ArrayLike<number>): Change {
  const a = estimateShare(baseline);
  const b = estimateShare(candidate);
  const n = baseline.length + candidate.length;
  if (a.value === null || b.value === null) {
    const note = a.note ?? b.note;
    return {
      baseline: a.value,
      candidate: b.value,
      change: { value: null, low: null, high: null, n, method: 'none', note },
      p: null,
    };
  }
  const value = b.value - a.value;
  const { down, up } = reachesOf(a, b);
  const method = a.method === b.method ? a.method : 'wilson score';
  const change: Estimate = { value, low: value - down, high: value + up, n, method, note: ONE_RUN_NOTE };
  return { baseline: a.value, candidate: b.value, change, p: pFromReach(value, value > 0 ? down : up) };
}

/** The p value that is 0.05 where the interval just touches 0; with the few degrees of freedom of sections, to be cautious. */
function pFromReach(value: number, reach: number): number {
  if (value === 0) return 1;
  if (reach === 0) return 0;
  return twoSidedP((value / reach) * studentTQuantile(0.975, SECTIONS - 1), SECTIONS - 1);
}
