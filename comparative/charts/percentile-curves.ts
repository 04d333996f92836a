import type { Estimate } from '../../statistics/estimate.js';
import { meanOf, varianceOf } from '../../statistics/quantiles.js';
import { tInterval } from '../../statistics/sectioning.js';
import { LEAST_RUNS } from '../curves/cumulative.js';
import { CURVE_PERCENTILES, type RunCurve } from '../run-curves.js';
import type { CurveGroup } from './scene.js';

/** A point of a percentile curve, with the band around it where one can be told. */
export interface CurvePoint {
  label: string;
  function: string;
  /** −log₁₀(1 − p) */
  tail: number;
  value: number;
  low: number | null;
  high: number | null;
}

/** The estimates at CURVE_PERCENTILES of a run that stands alone in its group, by function. */
export type SingleRuns = ReadonlyMap<string, ReadonlyMap<string, readonly Estimate[]>>;

/**
 * The curve of each group and function; of several runs the geometric mean of the runs' percentiles.
 * @param single by run id, for the bands of groups of one run
 */
export function curvesOf(groups: CurveGroup[], curves: RunCurve[], single: SingleRuns = new Map()): CurvePoint[] {
  const points: CurvePoint[] = [];
  for (const { name: label, runs } of groups) {
    const own = curves.filter((curve) => runs.includes(curve.run_id));
    for (const name of new Set(own.map((curve) => curve.function))) {
      const same = own.filter((curve) => curve.function === name);
      const estimates = same.length === 1 ? single.get(same[0]!.run_id)?.get(name) : undefined;
      for (const [i, p] of CURVE_PERCENTILES.entries()) {
        const known = same.flatMap(({ values }) => values[i] ?? []).filter((value) => value > 0);
        // A point that only some of the runs can tell would bend the curve by who is left.
        if (known.length < same.length) continue;
        const { low, high } = estimates?.[i] ?? { low: null, high: null };
        const band = known.length === 1 ? { value: known[0]!, low, high } : bandOf(known);
        points.push({ label, function: name, tail: -Math.log10(1 - p), ...band });
      }
    }
  }
  return points;
}

function bandOf(values: number[]): { value: number; low: number | null; high: number | null } {
  const logs = values.map(Math.log);
  const value = meanOf(logs)!;
  if (logs.length < LEAST_RUNS) return { value: Math.exp(value), low: null, high: null };
  const [low, high] = tInterval({ value, variance: varianceOf(logs)! / logs.length, df: logs.length - 1 });
  return { value: Math.exp(value), low: Math.exp(low), high: Math.exp(high) };
}
