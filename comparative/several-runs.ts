import type { Estimate } from '../statistics/estimate.js';
import { meanOf, varianceOf } from '../statistics/quantiles.js';
import type { Bounded } from '../statistics/mover.js';
import { tInterval } from '../statistics/sectioning.js';
import { constantShare, type ShareWithRows } from '../statistics/share.js';
import { spreadOfMean, welch } from '../statistics/welch.js';
import { noInterval, ratioOfBounded, ratioOfLogs, type Change, type ComparedBy, type ComparedSide } from './change.js';
import { differenceOfShareFigures, ONE_RUN_NOTE } from './single-runs.js';

/** Of shares that are 0 or 1 in every run. */
const ALL_EQUAL = 'no run differs from another of its side: judged by the rows of all runs together';
const NO_SPREAD = 'all runs of a side are equal: no spread to judge by';

/**
 * How many times larger a figure is in the candidate's runs: the run is the unit, one value each. Several runs on both sides:
 * Welch's t on logarithms. One run on a side: judged by the spread between the other side's runs.
 */
export function ratioOfFigures(baseline: number[], candidate: number[]): Change {
  const n = baseline.length + candidate.length;
  const positive = [...baseline, ...candidate].every((value) => value > 0);
  const mean = positive ? geometricMean : meanOf;
  const sides = { baseline: mean(baseline), candidate: mean(candidate) };
  const reason = whyNot(baseline, candidate);
  if (reason !== null) return noInterval(sides, 'ratio', n, reason);
  if (!positive) {
    const none = noInterval(sides, 'ratio', n, 'a ratio needs positive values');
    const plain = sidesOf(baseline, candidate);
    const difference = welch(plain.a.spread, plain.b.spread, plain.by.df);
    if (difference === null) return none;
    const { value, low, high } = difference;
    return { ...none, other: { value, low, high, n, method: plain.by.method, note: plain.by.note } };
  }
  const { a, b, by } = sidesOf(baseline.map(Math.log), candidate.map(Math.log));
  return ratioOfLogs(a, b, by) ?? noInterval(sides, 'ratio', n, NO_SPREAD);
}

/** A share in one run, with the rows it rests on. */
export interface RunShare {
  share: number;
  rows: number;
}

/** Difference of the mean shares, candidate − baseline, the run being the unit, as for ratios but on the plain scale. */
export function differenceOfFigures(baseline: RunShare[], candidate: RunShare[]): Change {
  const [sharesA, sharesB] = [baseline, candidate].map((side) => side.map(({ share }) => share)) as [
    number[],
    number[],
  ];
  const n = sharesA.length + sharesB.length;
  const sides = { baseline: meanOf(sharesA), candidate: meanOf(sharesB) };
  if (n > 0 && sharesA.length > 0 && sharesB.length > 0 && isConstant(sharesA) && isConstant(sharesB)) {
    // No run varies, so no t test can tell; the number of rows bounds how common an unseen event can be.
    const found = differenceOfShareFigures(constantOf(baseline), constantOf(candidate));
    const [change, other] = [found.change, found.other].map((of) => ({
      ...of,
      note: of.note === ONE_RUN_NOTE ? ALL_EQUAL : of.note,
    })) as [Estimate, Estimate];
    return { ...found, ...sides, change, other };
  }
  const reason = whyNot(sharesA, sharesB);
  if (reason !== null) return noInterval(sides, 'difference', n, reason);
  const { a, b, by } = sidesOf(sharesA, sharesB);
  const contrast = welch(a.spread, b.spread, by.df);
  if (contrast === null) return noInterval(sides, 'difference', n, NO_SPREAD);
  const { value, low, high, p, df } = contrast;
  const [boundedA, boundedB] = [a, b].map(({ spread }) => {
    const ends = tInterval({ ...spread, df });
    return { value: spread.value, low: ends[0], high: ends[1] };
  }) as [Bounded, Bounded];
  const told = { n: by.n, method: by.method, note: by.note };
  return {
    ...sides,
    change: { value, low, high, ...told },
    other: ratioOfBounded(boundedA, boundedB, told),
    p,
    foresight: { unit: by.unit, baseline: a.foresight, candidate: b.foresight },
  };
}

function whyNot(a: number[], b: number[]): string | null {
  if (a.length === 0 || b.length === 0) return `nothing is known of the ${a.length === 0 ? 'baseline' : 'candidate'}`;
  return a.length === 1 && b.length === 1 ? 'one run on a side: the spread between runs is unknown' : null;
}

/**
 * The sides' means with their spreads. One run on a side: the other's variance between runs is taken to be its own too, s² and
 * s²/k with k − 1 degrees of freedom between them (Student's t).
 * @see Crawford & Howell, Comparing an individual's test score against norms, Clin. Neuropsychol. 12(4), 1998
 */
function sidesOf(a: number[], b: number[]): { a: ComparedSide; b: ComparedSide; by: ComparedBy } {
  const n = a.length + b.length;
  if (a.length > 1 && b.length > 1)
    return { a: sideOf(a), b: sideOf(b), by: { n, method: 'welch t', note: null, unit: 'run' } };
  const several = a.length > 1 ? a : b;
  const variance = varianceOf(several)!;
  const df = several.length - 1;
  const single = ([value]: number[]): ComparedSide => ({
    spread: { value: value!, variance, df },
    foresight: { n: 1, variance, df: 'n − 1' },
  });
  const note = `one run on the ${a.length > 1 ? 'candidate' : 'baseline'}'s side: judged by the spread between the other side's runs`;
  return {
    a: a.length > 1 ? sideOf(a) : single(a),
    b: b.length > 1 ? sideOf(b) : single(b),
    by: { n, method: 'pooled t', note, unit: 'run', df },
  };
}

function sideOf(values: number[]): ComparedSide {
  const spread = spreadOfMean(values);
  return { spread, foresight: { n: values.length, variance: spread.variance, df: 'n − 1' } };
}

/** Whether no run had the event, or every run had nothing else. */
function isConstant(shares: number[]): boolean {
  return shares.every((share) => share === 0) || shares.every((share) => share === 1);
}

/** The rows of all runs of a side, which are all alike. */
function constantOf(shares: RunShare[]): ShareWithRows {
  const rows = shares.reduce((sum, { rows: of }) => sum + of, 0);
  return constantShare(shares[0]!.share === 0 ? 0 : 1, rows);
}

function geometricMean(values: number[]): number | null {
  const mean = meanOf(values.map(Math.log));
  return mean === null ? null : Math.exp(mean);
}
