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
  const [a, b] = [pricedOf(baseline), pricedOf(candidate)];
  if (a.length === 0 || b.length === 0) return null;
  const bases = basesOf([...a, ...b]);
  if (bases.length > 1) return incomparable(bases);
  const single = baseline.length === 1 && candidate.length === 1;
  if (!single)
    return ratioOfFigures(
      a.map(({ value }) => value!),
      b.map(({ value }) => value!),
    );
  return ratioOfEstimates(estimateOf(a[0]!), estimateOf(b[0]!));
}

function pricedOf(side: RunFigures[]): RunCost[] {
  return side.flatMap(({ cost }) => (cost === null || cost.value === null ? [] : [cost]));
}

function basesOf(costs: RunCost[]): string[] {
  return [...new Set(costs.map(({ basis }) => basis))];
}

/** What both sides were priced by; null where there are several. */
export function commonBasis(baseline: RunFigures[], candidate: RunFigures[]): string | null {
  const bases = basesOf([...pricedOf(baseline), ...pricedOf(candidate)]);
  return bases.length === 1 ? bases[0]! : null;
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
