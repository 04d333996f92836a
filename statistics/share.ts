import type { Estimate } from './estimate.js';
import { meanOf } from './quantiles.js';
import { SECTIONS, sectioned, sectionedFrom, tInterval, type Sectioned } from './sectioning.js';
import { studentTQuantile } from './student-t.js';

/** Rows of the rarer kind that each section needs on average for its share to be usable. */
const EVENTS_A_SECTION = 5;

/**
 * A share (of cold starts, of errors) with its 95 % interval. With 50 rows of the rarer kind: sectioning. With fewer:
 * Wilson's score interval on the effective number of rows, n·p(1 − p)/(n·var) with the variance of sectioning, never
 * more than n; so that cold starts that come in bursts count as the few events they are. Where a kind does not occur at
 * all nothing tells of bursts, and the rows count as independent.
 *
 * @param flags in time order
 * @see Wilson, J. Am. Stat. Assoc. 22, 1927; effective size: Korn & Graubard, Survey Methodology 24, 1998
 */
export function estimateShare(flags: ArrayLike<number | boolean>): Estimate {
  return shareWithRows(flags).estimate;
}

/** A share, and how many independent rows its rows are worth (null without rows). */
export interface ShareWithRows {
  estimate: Estimate;
  effective: EffectiveRows | null;
}

/** estimateShare with what its interval rests on. */
export function shareWithRows(flags: ArrayLike<number | boolean>): ShareWithRows {
  const n = flags.length;
  if (n === 0) return { estimate: NO_ROWS, effective: null };
  const ones = Float64Array.from(flags as ArrayLike<number>);
  const value = meanOf(ones)!;
  const sections = n >= SECTIONS ? sectioned(ones, meanOf)! : null;
  return { estimate: shareFrom(n, value, sections), effective: effectiveRows(n, value, sections) };
}

/** The same of n rows that are all alike. */
export function constantShare(value: 0 | 1, n: number): ShareWithRows {
  if (n === 0) return { estimate: NO_ROWS, effective: null };
  return { estimate: shareFrom(n, value, null), effective: effectiveRows(n, value, null) };
}

const NO_ROWS: Estimate = { value: null, low: null, high: null, n: 0, method: 'none', note: 'no rows' };

/**
 * The same where somebody else, such as a database, counted.
 * @param n        rows in all, at least as many as sections
 * @param value    the share of all of them
 * @param sections the share of each tenth, in time order
 */
export function shareOfSections(n: number, value: number, sections: readonly number[]): Estimate {
  return shareFrom(n, value, sectionedFrom(value, sections));
}

function shareFrom(n: number, value: number, sections: Sectioned | null): Estimate {
  const rarer = rarerRows(n, value);
  if (sections !== null && rarer >= EVENTS_A_SECTION * SECTIONS) {
    const [low, high] = tInterval(sections);
    return { value, low: Math.max(0, low), high: Math.min(1, high), n, method: 'sectioning', note: null };
  }
  const { effective, df } = effectiveRows(n, value, sections);
  const [low, high] = wilson(value, effective, df === Infinity ? NORMAL : studentTQuantile(0.975, df));
  return { value, low, high, n, method: 'wilson score', note: null };
}

/** How many independent rows the rows are worth, and the degrees of freedom of that number. */
export interface EffectiveRows {
  effective: number;
  /** Infinity where a kind does not occur: then the rows are counted, and nothing is estimated */
  df: number;
}

function effectiveRows(n: number, value: number, sections: Sectioned | null): EffectiveRows {
  const independent = (value * (1 - value)) / n;
  const effective = sections === null ? n : n * Math.min(1, independent / sections.variance || 1);
  return { effective, df: n >= SECTIONS && rarerRows(n, value) > 0 ? SECTIONS - 1 : Infinity };
}

function rarerRows(n: number, share: number): number {
  return Math.round(n * Math.min(share, 1 - share));
}

const NORMAL = 1.959963984540054;

/**
 * Wilson's score interval of a share seen in n rows.
 * @param z the quantile of the normal distribution, or of Student's t where n was estimated
 */
export function wilson(share: number, n: number, z: number): [low: number, high: number] {
  const centre = share + z ** 2 / (2 * n);
  const reach = z * Math.sqrt((share * (1 - share)) / n + z ** 2 / (4 * n ** 2));
  const scale = 1 + z ** 2 / n;
  return [
    share === 0 ? 0 : Math.max(0, (centre - reach) / scale),
    share === 1 ? 1 : Math.min(1, (centre + reach) / scale),
  ];
}
