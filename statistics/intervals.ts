import { blockLength, bootstrapMeans, bootstrapQuantiles } from './block-bootstrap.js';
import type { Estimate } from './estimate.js';
import { meanOf, quantileOf, varianceOf } from './quantiles.js';
import { SECTIONS, sectioned, sectionedFrom, tInterval, type Sectioned } from './sectioning.js';

export interface IntervalOptions {
  /** of the bootstrap; the same seed gives the same interval */
  seed?: number;
}

/** Rows beyond the quantile that each section needs for its own estimate of it to be usable. */
const ROWS_BEYOND = 20;
/** Rows beyond the quantile below which no number is shown at all. */
const LEAST_ROWS_BEYOND = 10;

/**
 * A quantile with its 95 % interval, which holds also when neighbouring rows are correlated: sectioning from
 * 20·b/(1 − q) rows on, else the moving-block bootstrap from 10/(1 − q) rows, else no number; q = max(p, 1 − p).
 * On logarithms when all values are positive, so that the interval of a latency never reaches below 0.
 *
 * @param values in time order (the order carries the correlation)
 * @param p      in (0, 1)
 * @see sectioning.ts and block-bootstrap.ts for formulae and sources; coverage is simulated in tests/statistics
 */
export function estimateQuantile(values: Float64Array, p: number, { seed = 1 }: IntervalOptions = {}): Estimate {
  const n = values.length;
  const beyond = Math.min(p, 1 - p);
  const least = rowsFor(LEAST_ROWS_BEYOND, beyond);
  if (n < least) return { value: null, low: null, high: null, n, method: 'none', note: tooFew(n, least) };
  return n >= rowsFor(ROWS_BEYOND * SECTIONS, beyond)
    ? bySections(values, (stretch) => quantileOf(stretch, p))
    : byBootstrap(values, quantileOf(values, p)!, bootstrapQuantiles(values, p, seed));
}

/**
 * A mean with its 95 % interval: sectioning from 200 rows on, else the moving-block bootstrap from 20 rows; with fewer
 * the mean stands without an interval.
 *
 * @param values in time order
 */
export function estimateMean(values: Float64Array, { seed = 1 }: IntervalOptions = {}): Estimate {
  const n = values.length;
  const value = meanOf(values);
  if (value === null) return { value, low: null, high: null, n, method: 'none', note: 'no rows' };
  if (n >= ROWS_BEYOND * SECTIONS) return bySections(values, meanOf);
  if (n >= 2 * LEAST_ROWS_BEYOND) return byBootstrap(values, value, bootstrapMeans(values, seed));
  return { value, low: null, high: null, n, method: 'none', note: `no interval: ${tooFew(n, 2 * LEAST_ROWS_BEYOND)}` };
}

/** Rows from which on sectioning serves every figure up to p99. */
export const SECTIONED_FROM = 20_000;

/**
 * The estimate by sectioning where somebody else, such as a database, took the figure of all rows and of each section.
 *
 * @param n        rows in all, at least SECTIONED_FROM
 * @param value    the figure of all of them
 * @param sections the figure of each tenth, in time order
 * @param positive whether all rows are above 0, so that logarithms may be taken
 */
export function estimateOfSections(n: number, value: number, sections: readonly number[], positive: boolean): Estimate {
  const scale = positive ? Math.log : (figure: number): number => figure;
  return interval(sectionedFrom(scale(value), sections.map(scale)), positive, n, 'sectioning');
}

/** 20/0.5 rows and the like, without the rounding error of 1 − 0.99. */
function rowsFor(rows: number, beyond: number): number {
  return Math.ceil(Number((rows / beyond).toPrecision(12)));
}

/** `too few (100 < 1,000)` */
function tooFew(n: number, least: number): string {
  return `too few (${n.toLocaleString('en-US')} < ${least.toLocaleString('en-US')})`;
}

function bySections(values: Float64Array, statistic: (stretch: Float64Array) => number | null): Estimate {
  const positive = allPositive(values);
  const result = positive ? sectioned(values, statistic, Math.log) : sectioned(values, statistic);
  return interval(result!, positive, values.length, 'sectioning');
}

/** Student's t around the value with the spread of the replicates: as many degrees of freedom as blocks, less one. */
function byBootstrap(values: Float64Array, value: number, replicates: Float64Array): Estimate {
  const n = values.length;
  const positive = allPositive(values);
  const scaled = positive ? replicates.map(Math.log) : replicates;
  const length = blockLength(n);
  // Blocks overlap, so a replicate varies less than a fresh run of n rows would: n/(n − l) mends the variance.
  const variance = (varianceOf(scaled)! * n) / (n - length);
  const centre = positive ? Math.log(value) : value;
  return interval({ value: centre, variance, df: n / length - 1 }, positive, n, 'block bootstrap');
}

function interval(result: Sectioned, onLogs: boolean, n: number, method: Estimate['method']): Estimate {
  const back = onLogs ? Math.exp : (value: number) => value;
  const [low, high] = tInterval(result);
  return { value: back(result.value), low: back(low), high: back(high), n, method, note: null };
}

function allPositive(values: Float64Array): boolean {
  return values.every((value) => value > 0);
}
