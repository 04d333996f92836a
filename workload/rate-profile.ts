/** A rate that changes with the time of the test: [seconds, arrivals per second]. */
export type RateProfile =
  /** each rate from its time on, the first at 0; the last holds */
  | { kind: 'steps'; points: readonly RatePoint[] }
  /** linear between the points, the first at 0; the last holds */
  | { kind: 'ramp'; points: readonly RatePoint[] }
  /** rate(t) = mean + amplitude·sin(2πt/period), with amplitude ≤ mean */
  | { kind: 'sinusoid'; meanPerS: number; amplitudePerS: number; periodS: number };

export type RatePoint = readonly [timeS: number, ratePerS: number];

/** A piece of a profile whose rate is linear in time. */
export interface RateSegment {
  startS: number;
  /** at its start */
  ratePerS: number;
  /** of the rate, per second; 0 for the last, which has no end */
  slope: number;
  /** arrivals expected before it: Λ(start) */
  expectedBefore: number;
}

/** Steps and ramps as pieces, with Λ at the start of each: rate·length for a step, mean of both ends·length for a ramp. */
export function segmentsOf({ kind, points }: Extract<RateProfile, { points: unknown }>): RateSegment[] {
  let expectedBefore = 0;
  return points.map(([startS, ratePerS], i) => {
    const [endS, endRate] = points[i + 1] ?? [Infinity, ratePerS];
    const slope = kind === 'ramp' && endS < Infinity ? (endRate - ratePerS) / (endS - startS) : 0;
    const segment: RateSegment = { startS, ratePerS, slope, expectedBefore };
    if (endS < Infinity) expectedBefore += ((ratePerS + (kind === 'ramp' ? endRate : ratePerS)) / 2) * (endS - startS);
    return segment;
  });
}
