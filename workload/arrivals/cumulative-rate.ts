import { type RateProfile, type RateSegment, segmentsOf } from '../rate-profile.js';
import { cosineAndSineOfTurns } from './exact-math.js';

/**
 * Λ(t) = ∫₀ᵗ rate(u) du: how many arrivals a profile expects by t seconds.
 * For a sinusoid Λ(t) = mean·t + amplitude·period/(2π)·(1 − cos(2πt/period)).
 */
export function cumulativeRate(profile: RateProfile): (timeS: number) => number {
  if (profile.kind === 'sinusoid') {
    const wave = waveOf(profile);
    return (timeS) => {
      const periods = Math.floor(timeS / profile.periodS);
      return periods * wave.perPeriod + wave.at(timeS / profile.periodS - periods).expected;
    };
  }
  const segments = segmentsOf(profile);
  return (timeS) => {
    const { startS, ratePerS, slope, expectedBefore } = segments.findLast((segment) => segment.startS <= timeS)!;
    const x = timeS - startS;
    return expectedBefore + (ratePerS + (slope * x) / 2) * x;
  };
}

/**
 * Λ⁻¹, the time by which a profile expects `expected` arrivals, for ascending arguments; Infinity where there never are so
 * many. Where Λ stands still (a rate of 0) it is the end of the standstill: that is when arrivals begin again.
 */
export function inverseCumulativeRate(profile: RateProfile): (expected: number) => number {
  return profile.kind === 'sinusoid' ? inverseOfSinusoid(profile) : inverseOfSegments(segmentsOf(profile));
}

/**
 * Within a segment Λ is a parabola, d = r·x + k·x²/2 for d arrivals after its start; its root without cancellation, for
 * slopes of either sign and 0, is x = 2d/(r + √(r² + 2kd)).
 */
function inverseOfSegments(segments: readonly RateSegment[]): (expected: number) => number {
  let i = 0;
  return (expected) => {
    while (i + 1 < segments.length && segments[i + 1]!.expectedBefore <= expected) i += 1;
    const { startS, ratePerS, slope, expectedBefore } = segments[i]!;
    const endS = segments[i + 1]?.startS ?? Infinity;
    const d = expected - expectedBefore;
    if (d <= 0) return ratePerS > 0 || slope > 0 ? startS : Infinity;
    // A rate of 0 divides by 0: Infinity, as it should be.
    if (slope === 0) return Math.min(endS, startS + d / ratePerS);
    const root = Math.sqrt(Math.max(0, ratePerS * ratePerS + 2 * slope * d));
    return Math.min(endS, startS + (2 * d) / (ratePerS + root));
  };
}

/** A nanosecond is a thousandth of what a plan tells apart. */
const CLOSE_ENOUGH_S = 1e-9;

/**
 * Within one period each step solves for the d arrivals that are missing with the rate taken as linear, as in a ramp. The first
 * one starts from where the last answer was found, which is near: one evaluation is enough for most. Steps stay between bounds
 * that close in, so that a rate of 0 leads nowhere else.
 */
function inverseOfSinusoid(profile: Sinusoid): (expected: number) => number {
  if (profile.meanPerS === 0) return () => Infinity;
  const { periodS } = profile;
  const wave = waveOf(profile);
  const beginning = wave.at(0);
  let periods = 0;
  let known = beginning;
  return (expected) => {
    const period = Math.floor(expected / wave.perPeriod);
    if (period !== periods) known = beginning;
    periods = period;
    return (periods + turnsAt(expected - periods * wave.perPeriod)) * periodS;
  };

  function turnsAt(within: number): number {
    let low = 0;
    let high = 1;
    for (;;) {
      const { turns, expected, rate, slope } = known;
      const missing = within - expected;
      if (missing < 0) high = turns;
      else low = turns;
      const step = turns + (2 * missing) / (rate + Math.sqrt(Math.max(0, rate * rate + 2 * slope * missing)));
      const next = step > low && step < high ? step : (low + high) / 2;
      if (missing === 0) return turns;
      if (Math.abs(next - turns) * periodS < CLOSE_ENOUGH_S) return next;
      known = wave.at(next);
    }
  }
}

type Sinusoid = Extract<RateProfile, { kind: 'sinusoid' }>;

/** A sinusoid by the share of its period that is over, from 0 to 1: Λ since its beginning, and its first two derivatives. */
function waveOf({ meanPerS, amplitudePerS, periodS }: Sinusoid) {
  const perPeriod = meanPerS * periodS;
  const amplitude = amplitudePerS * periodS;
  return {
    perPeriod,
    at(turns: number): { turns: number; expected: number; rate: number; slope: number } {
      const { cosine, sine } = cosineAndSineOfTurns(turns >= 1 ? 0 : turns);
      return {
        turns,
        expected: perPeriod * turns + (amplitude / (2 * Math.PI)) * (1 - cosine),
        rate: perPeriod + amplitude * sine,
        slope: 2 * Math.PI * amplitude * cosine,
      };
    },
  };
}
