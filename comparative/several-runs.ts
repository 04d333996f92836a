import type { Estimate } from '../statistics/estimate.js';
import { meanOf, varianceOf } from '../statistics/quantiles.js';
import { tInterval } from '../statistics/sectioning.js';
import { twoSidedP } from '../statistics/student-t.js';
import { welchDifference, welchOnLogs } from '../statistics/welch.js';
import { differenceOfShares, type Change } from './single-runs.js';

/**
 * How many times larger a figure is in the candidate's runs: the run is the unit, one positive value each. Several runs
 * on both sides: Welch's t on logarithms. One run on a side: judged by the spread between the other side's runs.
 */
export function ratioOfFigures(baseline: number[], candidate: number[]): Change {
  const sides = { baseline: geometricMean(baseline), candidate: geometricMean(candidate) };
  const positive = [...baseline, ...candidate].every((value) => value > 0);
  if (positive && (baseline.length === 1) !== (candidate.length === 1) && baseline.length > 0 && candidate.length > 0) {
    const { value, low, high, ...rest } = oneAgainstSeveral(baseline.map(Math.log), candidate.map(Math.log));
    const back = (x: number | null) => (x === null ? null : Math.exp(x));
    return { ...sides, change: { ...rest.estimate, value: back(value), low: back(low), high: back(high) }, p: rest.p };
  }
  const { ratio, p } = welchOnLogs(baseline, candidate);
  return { ...sides, change: ratio, p };
}

/** By how much a figure is greater in the candidate's runs, on its own scale: the run is the unit, as for ratios. */
export function differenceOfValues(baseline: number[], candidate: number[]): Estimate {
  const n = baseline.length + candidate.length;
  const none = (note: string): Estimate => ({ value: null, low: null, high: null, n, method: 'none', note });
  if (baseline.length === 0 || candidate.length === 0) return none('no runs on one side');
  if ((baseline.length === 1) !== (candidate.length === 1)) {
    const { value, low, high, estimate } = oneAgainstSeveral(baseline, candidate);
    return { ...estimate, value, low, high };
  }
  const value = meanOf(candidate)! - meanOf(baseline)!;
  const difference = welchDifference(baseline, candidate);
  if (difference === null) return { ...none('no spread between runs to judge by'), value };
  const [low, high] = tInterval(difference);
  return { value, low, high, n, method: 'welch t', note: null };
}

/** A share in one run, with the rows it rests on. */
export interface RunShare {
  share: number;
  rows: number;
}

/** Difference of the mean shares, candidate − baseline, the run being the unit, as for ratios but on the plain scale. */
export function differenceOfFigures(baseline: RunShare[], candidate: RunShare[]): Change {
  const a = baseline.map(({ share }) => share);
  const b = candidate.map(({ share }) => share);
  const sides = { baseline: meanOf(a), candidate: meanOf(b) };
  if (a.length === 0 || b.length === 0) {
    const note = `nothing is known of the ${a.length === 0 ? 'baseline' : 'candidate'}`;
    return { ...sides, change: { value: null, low: null, high: null, n: 0, method: 'none', note }, p: null };
  }
  if ([...a, ...b].every((share) => share === 0)) {
    // No run varies, so no t test can tell; the number of rows bounds how common an unseen event can be.
    return { ...differenceOfShares(zeros(baseline), zeros(candidate)), ...sides };
  }
  if ((a.length === 1) !== (b.length === 1)) {
    const { value, low, high, estimate, p } = oneAgainstSeveral(a, b);
    return { ...sides, change: { ...estimate, value, low, high }, p };
  }
  // Welch's test takes logarithms itself, so that the exponential of a share is compared on the share's own scale.
  const { ratio, p } = welchOnLogs(a.map(Math.exp), b.map(Math.exp));
  const back = (x: number | null) => (x === null ? null : Math.log(x));
  return { ...sides, change: { ...ratio, value: back(ratio.value), low: back(ratio.low), high: back(ratio.high) }, p };
}

interface OneAgainstSeveral {
  value: number;
  low: number | null;
  high: number | null;
  estimate: Omit<Estimate, 'value' | 'low' | 'high'>;
  p: number | null;
}

/**
 * Student's t with the spread of the side that has several runs, taken to be that of the other side too: variance
 * s²·(1 + 1/k), k − 1 degrees of freedom.
 * @see Crawford & Howell, Comparing an individual's test score against norms, Clin. Neuropsychol. 12(4), 1998
 */
function oneAgainstSeveral(a: number[], b: number[]): OneAgainstSeveral {
  const several = a.length > 1 ? a : b;
  const value = meanOf(b)! - meanOf(a)!;
  const n = a.length + b.length;
  const variance = varianceOf(several)! * (1 + 1 / several.length);
  if (variance === 0) {
    const note = 'all runs of a side are equal: no spread to judge by';
    return { value, low: null, high: null, estimate: { n, method: 'none', note }, p: null };
  }
  const df = several.length - 1;
  const [low, high] = tInterval({ value, variance, df });
  const note = `one run on the ${a.length > 1 ? 'candidate' : 'baseline'}'s side: judged by the spread between the other side's runs`;
  return { value, low, high, estimate: { n, method: 'pooled t', note }, p: twoSidedP(value / Math.sqrt(variance), df) };
}

function zeros(shares: RunShare[]): Uint8Array {
  const rows = shares.reduce((sum, share) => sum + share.rows, 0);
  // Beyond this the bound is far below what anyone asks for.
  return new Uint8Array(Math.min(rows, 1_000_000));
}

function geometricMean(values: number[]): number | null {
  if (values.some((value) => !(value > 0))) return meanOf(values);
  const mean = meanOf(values.map(Math.log));
  return mean === null ? null : Math.exp(mean);
}
