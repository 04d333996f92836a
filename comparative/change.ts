import type { Estimate } from '../statistics/estimate.js';
import type { Foresight, SideForesight } from '../statistics/foresight.js';
import { moverDifference, moverRatio, type Bounded } from '../statistics/mover.js';
import { tInterval } from '../statistics/sectioning.js';
import { welch, type Spread } from '../statistics/welch.js';

/** A change from the baseline to the candidate. */
export interface Change {
  baseline: number | null;
  candidate: number | null;
  /** what the measure is compared by: the ratio candidate / baseline, or for shares the difference candidate − baseline */
  change: Estimate;
  /** the other of the two, in the measure's own unit; no finding rests on it */
  other: Estimate;
  /** of there being no change; null where it cannot be told */
  p: number | null;
  /** by which the number of runs or rows that would decide is found; null where there is no interval */
  foresight: Foresight | null;
}

/** A side's figure as it is compared: on logarithms for ratios. */
export interface ComparedSide {
  spread: Spread;
  /** how the spread will shrink with more */
  foresight: SideForesight;
}

export interface ComparedBy extends Pick<Estimate, 'n' | 'method' | 'note'> {
  unit: Foresight['unit'];
  /** where both sides share one estimate of the variance: its degrees of freedom */
  df?: number;
}

/**
 * A ratio from the sides' logarithms, by Welch's t; and the difference of the same figures from the interval that each side has
 * with the ratio's degrees of freedom, so that both leave out "no change" together, or nearly so.
 * @returns null where neither side varies
 */
export function ratioOfLogs(a: ComparedSide, b: ComparedSide, { unit, df, ...by }: ComparedBy): Change | null {
  const contrast = welch(a.spread, b.spread, df);
  if (contrast === null) return null;
  const [baseline, candidate] = [a, b].map(({ spread }) => {
    const [low, high] = tInterval({ ...spread, df: contrast.df });
    return { value: Math.exp(spread.value), low: Math.exp(low), high: Math.exp(high) };
  }) as [Bounded, Bounded];
  return {
    baseline: baseline.value,
    candidate: candidate.value,
    change: { value: Math.exp(contrast.value), low: Math.exp(contrast.low), high: Math.exp(contrast.high), ...by },
    other: { ...moverDifference(baseline, candidate), ...by },
    p: contrast.p,
    foresight: { unit, baseline: a.foresight, candidate: b.foresight },
  };
}

/** The ratio of two shares whose difference is the change. */
export function ratioOfBounded(baseline: Bounded, candidate: Bounded, by: Omit<Estimate, keyof Bounded>): Estimate {
  if (baseline.value === 0) return without(null, by.n, 'the baseline is 0: no ratio');
  const ratio = moverRatio(baseline, candidate);
  if (ratio !== null) return { ...ratio, ...by };
  return without(candidate.value / baseline.value, by.n, "no interval of the ratio: the baseline's reaches 0");
}

/** A change of which there is no interval, and why; the figures and what follows from them stand. */
export function noInterval(
  { baseline, candidate }: Pick<Change, 'baseline' | 'candidate'>,
  by: 'ratio' | 'difference',
  n: number,
  note: string | null,
): Change {
  const known = baseline !== null && candidate !== null;
  const values = {
    ratio: known && baseline > 0 ? candidate / baseline : null,
    difference: known ? candidate - baseline : null,
  };
  return {
    baseline,
    candidate,
    change: without(values[by], n, note),
    other: without(values[by === 'ratio' ? 'difference' : 'ratio'], n, note),
    p: null,
    foresight: null,
  };
}

function without(value: number | null, n: number, note: string | null): Estimate {
  return { value, low: null, high: null, n, method: 'none', note };
}
