import type { Estimate } from '../statistics/estimate.js';
import type { Foresight } from '../statistics/foresight.js';

/** The two times that a comparison can be about: the client's, and the platform's where the client waited for none. */
export type TimeColumn = 'response_ms' | 'latency_ms';

/** What is compared, in the order in which it is shown. */
export const MEASURES = ['p50', 'p90', 'p99', 'mean', 'cold_share', 'error_rate', 'throughput', 'cost'] as const;
export type Measure = (typeof MEASURES)[number];

/** Shares are compared by their difference, everything else by the ratio candidate / baseline. */
export function comparedBy(measure: Measure): 'ratio' | 'difference' {
  return measure === 'cold_share' || measure === 'error_rate' ? 'difference' : 'ratio';
}

/** A function, or one of several instances of it. */
export interface Group {
  scope: 'function' | 'instance';
  name: string;
  function: string;
}

/** Tells groups apart, whatever their names. */
export function groupKey({ scope, name, function: of }: Group): string {
  return JSON.stringify([scope, name, of]);
}

export interface Side {
  /** as it was asked for: a test's name, a run id, or a tag */
  label: string;
  runs: string[];
}

/** One measure of one group on both sides. */
export interface Comparison extends Group {
  measure: Measure;
  /** of p50, p90, p99 and mean; null for the others */
  time: TimeColumn | null;
  by: 'ratio' | 'difference';
  /** the sides' own figures: of several runs the mean (geometric for ratios); ms, shares from 0 to 1, 1/s, or currency a million */
  baseline: number | null;
  candidate: number | null;
  /** candidate / baseline, or candidate − baseline; `n` counts rows where a side is one run each, else runs */
  change: Estimate;
  /** the other of the two, in the unit of `baseline` and `candidate` */
  other: Estimate;
  /** of "nothing differs", before and after Holm's correction over all comparisons shown together */
  p: number | null;
  p_holm: number | null;
  /** runs a side that have the group */
  runs: { baseline: number; candidate: number };
  /** rows a side */
  rows: { baseline: number; candidate: number };
  finding: 'more' | 'less' | 'cannot tell' | 'no number';
  /** by which the number of runs or rows that would decide is found; null where there is no interval */
  foresight: Foresight | null;
  /** of costs: currency, table of prices, its date and architecture; null for other measures, and where the sides have none in common */
  cost_basis: string | null;
  /** Cliff's delta over all rows, in the direction of the candidate; null but for p50 */
  cliffs_delta: number | null;
}

/** Whether a measure is of the time, and thus of TimeColumn. */
export function isOfTime(measure: Measure): measure is 'p50' | 'p90' | 'p99' | 'mean' {
  return measure === 'p50' || measure === 'p90' || measure === 'p99' || measure === 'mean';
}

/** What the measures of a time are of its distribution. */
export const QUANTILES = { p50: 0.5, p90: 0.9, p99: 0.99, mean: 'mean' } as const;
