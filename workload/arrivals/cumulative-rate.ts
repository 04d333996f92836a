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
      return periods * wave.perPeriod + wave.expected(timeS / profile.periodS - periods);
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

/** A 10⁻⁹ s is a thousandth of what a plan tells apart. */
const CLOSE_ENOUGH_S = 1e-9;

/** Newton's steps on Λ within one period, kept between bounds that close in, so that a rate of 0 leads nowhere else. */
function inverseOfSinusoid(profile: Sinusoid): (expected: number) => number {
  const { meanPerS, amplitudePerS, periodS } = profile;
  if (meanPerS === 0) return () => Infinity;
  const wave = waveOf(profile);
  let last = 0;
  // What is closer than it can tell must not come earlier.
  return (expected) => (last = Math.max(last, solve(expected)));

  function solve(expected: number): number {
    const periods = Math.floor(expected / wave.perPeriod);
    const within = expected - periods * wave.perPeriod;
    let low = 0;
    let high = 1;
    // The mean rate's answer is a good first one.
    let turns = Math.min(Math.max(within / wave.perPeriod, 0), 1);
    while ((high - low) * periodS > CLOSE_ENOUGH_S) {
      const excess = wave.expected(turns) - within;
      if (excess > 0) high = turns;
      else low = turns;
      const rate = (meanPerS + amplitudePerS * wave.sine(turns)) * periodS;
      const step = turns - excess / rate;
      const next = step > low && step < high ? step : (low + high) / 2;
      if (Math.abs(next - turns) * periodS < CLOSE_ENOUGH_S) return (periods + next) * periodS;
      turns = next;
    }
    return (periods + turns) * periodS;
  }
}

type Sinusoid = Extract<RateProfile, { kind: 'sinusoid' }>;

/** A sinusoid by the share of its period that is over, from 0 to 1. */
function waveOf({ meanPerS, amplitudePerS, periodS }: Sinusoid) {
  const perPeriod = meanPerS * periodS;
  const swing = (amplitudePerS * periodS) / (2 * Math.PI);
  const at = (turns: number) => cosineAndSineOfTurns(turns >= 1 ? 0 : turns);
  return {
    perPeriod,
    expected: (turns: number) => perPeriod * turns + swing * (1 - at(turns).cosine),
    sine: (turns: number) => at(turns).sine,
  };
}
