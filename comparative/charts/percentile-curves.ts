import { meanOf, varianceOf } from '../../statistics/quantiles.js';
import { tInterval } from '../../statistics/sectioning.js';
import { CURVE_PERCENTILES, type RunCurve } from '../run-curves.js';
import { shortName } from './chart.js';

/** Runs that are drawn as one curve: a side, or without sides a test. */
export interface CurveGroup {
  label: string;
  colour?: string;
  runs: string[];
}

/** A point of a percentile curve, with the band around it where there are runs enough. */
export interface CurvePoint {
  label: string;
  function: string;
  /** −log₁₀(1 − p) */
  tail: number;
  value: number;
  low: number | null;
  high: number | null;
}

/** The curve of each group and function; of several runs the geometric mean of the runs' percentiles. */
export function curvesOf(groups: CurveGroup[], curves: RunCurve[]): CurvePoint[] {
  const points: CurvePoint[] = [];
  for (const { label, runs } of groups) {
    const own = curves.filter((curve) => runs.includes(curve.run_id));
    for (const name of new Set(own.map((curve) => curve.function))) {
      const same = own.filter((curve) => curve.function === name);
      for (const [i, p] of CURVE_PERCENTILES.entries()) {
        const known = same.flatMap(({ values }) => values[i] ?? []).filter((value) => value > 0);
        // A point that only some of the runs can tell would bend the curve by who is left.
        if (known.length < same.length) continue;
        points.push({ label: shortName(label), function: name, tail: -Math.log10(1 - p), ...bandOf(known) });
      }
    }
  }
  return points;
}

function bandOf(values: number[]): { value: number; low: number | null; high: number | null } {
  const logs = values.map(Math.log);
  const value = meanOf(logs)!;
  if (logs.length < 3) return { value: Math.exp(value), low: null, high: null };
  const [low, high] = tInterval({ value, variance: varianceOf(logs)! / logs.length, df: logs.length - 1 });
  return { value: Math.exp(value), low: Math.exp(low), high: Math.exp(high) };
}
