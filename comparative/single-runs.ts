import { blockLength } from '../statistics/block-bootstrap.js';
import type { Estimate } from '../statistics/estimate.js';
import type { SideForesight } from '../statistics/foresight.js';
import { estimateMean, estimateQuantile } from '../statistics/intervals.js';
import { moverDifference, type Bounded } from '../statistics/mover.js';
import { SECTIONS } from '../statistics/sectioning.js';
import { shareWithRows, type ShareWithRows } from '../statistics/share.js';
import { studentTQuantile, twoSidedP } from '../statistics/student-t.js';
import { noInterval, ratioOfBounded, ratioOfLogs, type Change, type ComparedSide } from './change.js';

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
  const method = a.method === b.method ? a.method : 'block bootstrap';
  const [sideA, sideB] = [logSide(a), logSide(b)];
  if (sideA === null || sideB === null) {
    const none = noInterval(sides, 'ratio', n, [a.note, b.note].find((text) => text !== null) ?? NEEDS_POSITIVE);
    // Values that are 0 now and then have no ratio, and a difference nevertheless.
    const difference = isBounded(a) && isBounded(b) ? moverDifference(a, b) : null;
    return difference === null ? none : { ...none, other: { ...difference, n, method, note: ONE_RUN_NOTE } };
  }
  return (
    ratioOfLogs(sideA, sideB, { n, method, note: ONE_RUN_NOTE, unit: 'row' }) ??
    noInterval(sides, 'ratio', n, 'the values do not vary: no spread to judge by')
  );
}

function isBounded(estimate: Estimate): estimate is Estimate & Bounded {
  return estimate.value !== null && estimate.low !== null && estimate.high !== null;
}

/** Variance on the log scale, and its degrees of freedom, from the t interval that the estimate was given. */
function logSide(estimate: Estimate): ComparedSide | null {
  if (!isBounded(estimate) || !(estimate.low > 0)) return null;
  const { value, low, high, n, method } = estimate;
  const df = method === 'sectioning' ? SECTIONS - 1 : n / blockLength(n) - 1;
  const variance = (Math.log(high / low) / 2 / studentTQuantile(0.975, df)) ** 2;
  return { spread: { value: Math.log(value), variance, df }, foresight: { n, variance, df } };
}

/**
 * Difference of two shares, candidate − baseline, from the interval of each (moverDifference), so that shares of 0 keep the
 * width that their number of rows gives them; and their ratio.
 *
 * @param baseline  flags in time order
 * @param candidate likewise
 */
export function differenceOfShares(baseline: ArrayLike<number>, candidate: ArrayLike<number>): Change {
  return differenceOfShareFigures(shareWithRows(baseline), shareWithRows(candidate));
}

/** The same of two shares whose intervals somebody else took. */
export function differenceOfShareFigures(baseline: ShareWithRows, candidate: ShareWithRows): Change {
  const [a, b] = [baseline.estimate, candidate.estimate];
  const n = a.n + b.n;
  const sides = { baseline: a.value, candidate: b.value };
  if (!isBounded(a) || !isBounded(b)) return noInterval(sides, 'difference', n, a.note ?? b.note);
  const by = { n, method: a.method === b.method ? a.method : ('wilson score' as const), note: ONE_RUN_NOTE };
  const difference = moverDifference(a, b);
  const { value, low, high } = difference;
  return {
    ...sides,
    change: { ...difference, ...by },
    other: ratioOfBounded(a, b, by),
    p: pFromReach(value, value > 0 ? value - low : high - value),
    foresight: { unit: 'row', baseline: foresightOf(baseline), candidate: foresightOf(candidate) },
  };
}

function foresightOf({ estimate, effective }: ShareWithRows): SideForesight {
  return { n: estimate.n, share: estimate.value!, ...effective! };
}

/** The p value that is 0.05 where the interval just touches 0; with the few degrees of freedom of sections, to be cautious. */
function pFromReach(value: number, reach: number): number {
  if (value === 0) return 1;
  if (reach === 0) return 0;
  return twoSidedP((value / reach) * studentTQuantile(0.975, SECTIONS - 1), SECTIONS - 1);
}
