import type { Estimate } from '../statistics/estimate.js';
import { noInterval, type Change } from './change.js';
import type { RunFigures } from './run-figures.js';
import { ratioOfFigures } from './several-runs.js';
import { ratioOfEstimates } from './single-runs.js';

/** What a million invocations cost in one run, as its analysis figured it out. */
export interface RunCost extends Pick<Estimate, 'value' | 'low' | 'high'> {
  /** invocations that it rests on */
  n: number;
  /** table of prices, its date, architecture and currency: costs of one basis can be compared */
  basis: string;
}

/**
 * How many times dearer the candidate's invocations are. One run a side: the intervals of their analyses (sectioning);
 * several: the run is the unit.
 * @returns null where a side has no cost at all
 */
export function ratioOfCosts(baseline: RunFigures[], candidate: RunFigures[]): Change | null {
  const of = (side: RunFigures[]): RunCost[] =>
    side.flatMap(({ cost }) => (cost === null || cost.value === null ? [] : [cost]));
  const [a, b] = [of(baseline), of(candidate)];
  if (a.length === 0 || b.length === 0) return null;
  const bases = [...new Set([...a, ...b].map(({ basis }) => basis))];
  if (bases.length > 1) return incomparable(bases);
  const single = baseline.length === 1 && candidate.length === 1;
  if (!single)
    return ratioOfFigures(
      a.map(({ value }) => value!),
      b.map(({ value }) => value!),
    );
  return ratioOfEstimates(estimateOf(a[0]!), estimateOf(b[0]!));
}

function estimateOf({ value, low, high, n }: RunCost): Estimate {
  const method = low === null || high === null ? 'none' : 'sectioning';
  const note = method === 'none' ? 'no interval: too few invocations are priced, or their cost does not vary' : null;
  return { value, low, high, n, method, note };
}

function incomparable(bases: readonly string[]): Change {
  const note = `priced by different tables (${bases.join('; ')}): analyse and archive all runs with one (--prices)`;
  return noInterval({ baseline: null, candidate: null }, 'ratio', 0, note);
}
