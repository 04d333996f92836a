import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cumulativeRate } from '../../../workload/arrivals/cumulative-rate.js';
import type { RateProfile } from '../../../workload/rate-profile.js';
import { gapsOf, kolmogorovSmirnov, kolmogorovSmirnovAt1Percent, mean, timesOf, variance } from '../samples.js';
import { profileArbitrary } from './profile-arbitrary.js';

const WAVE: RateProfile = { kind: 'sinusoid', meanPerS: 200, amplitudePerS: 180, periodS: 60 };
const STAIRS: RateProfile = {
  kind: 'steps',
  points: [
    [0, 20],
    [100, 300],
    [150, 0],
    [200, 80],
  ],
};
const HILL: RateProfile = {
  kind: 'ramp',
  points: [
    [0, 0],
    [120, 400],
    [240, 10],
  ],
};
const PROFILES: [string, RateProfile][] = [
  ['sinusoid', WAVE],
  ['steps', STAIRS],
  ['ramp', HILL],
];
const DURATION_S = 300;

/** Planned times in operational time: Λ(t), where every process has its rate of 1 again. */
function operationalTimes(timesUs: number[], profile: RateProfile): number[] {
  const expected = cumulativeRate(profile);
  return timesUs.map((us) => expected(us / 1e6));
}

describe.each(PROFILES)('a %s', (_, profile) => {
  test('of Poisson arrivals has exponential gaps in operational time (Kolmogorov–Smirnov at 1 %)', () => {
    const times = timesOf({ process: 'Poisson', ratePerS: profile }, { durationS: DURATION_S });
    const gaps = gapsOf(operationalTimes(times, profile));
    expect(gaps.length).toBeGreaterThan(20_000);
    expect(kolmogorovSmirnov(gaps, (x) => 1 - Math.exp(-x))).toBeLessThan(kolmogorovSmirnovAt1Percent(gaps.length));
  });

  test('of Poisson arrivals has the counts that it expects, in every bin of a second, and no more spread than Poisson', () => {
    const times = timesOf({ process: 'Poisson', ratePerS: profile }, { durationS: DURATION_S });
    const expected = cumulativeRate(profile);
    const counts = Array.from({ length: DURATION_S }, () => 0);
    for (const us of times) counts[Math.floor(us / 1e6)]! += 1;
    const scores = counts.flatMap((count, s) => {
      const expectedCount = expected(s + 1) - expected(s);
      if (expectedCount < 5) return [];
      return [(count - expectedCount) ** 2 / expectedCount];
    });
    // χ² over n bins: mean n, variance 2n (and a little more for small counts); five standard deviations.
    expect(Math.abs(mean(scores) - 1)).toBeLessThan(5 * Math.sqrt(2.2 / scores.length));
  });

  test('of even arrivals has exactly one expected in each gap', () => {
    for (const process of ['Uniform', 'Constant'] as const) {
      const times = timesOf({ process, ratePerS: profile }, { durationS: DURATION_S });
      const gaps = gapsOf(operationalTimes(times, profile)).slice(1);
      // Times are rounded to a microsecond: at 400/s half of one at both ends, 4·10⁻⁴.
      const worst = gaps.reduce((most, gap) => Math.max(most, Math.abs(gap - 1)), 0);
      expect(worst).toBeLessThan(5e-4);
    }
  });

  test('of gamma arrivals keeps their coefficient of variation in operational time', () => {
    const times = timesOf({ process: 'Gamma', ratePerS: profile, cv: 2 }, { durationS: DURATION_S });
    const gaps = gapsOf(operationalTimes(times, profile));
    // As for the steady process: κ = 3 + 6cv², relative error of the cv √((2 + 6cv²)/n)/2; five of them.
    const tolerance = 2.5 * Math.sqrt((2 + 6 * 4) / gaps.length);
    expect(Math.abs(Math.sqrt(variance(gaps)) / mean(gaps) / 2 - 1)).toBeLessThan(tolerance + 0.01);
  });
});

test('a step of rate 0 has no arrival, and the first of even arrivals comes when the rate does', () => {
  const profile: RateProfile = {
    kind: 'steps',
    points: [
      [0, 0],
      [10, 2],
    ],
  };
  const times = timesOf({ process: 'Constant', ratePerS: profile }, { durationS: 12 });
  expect(times).toEqual([10e6, 10.5e6, 11e6, 11.5e6]);
});

test('times ascend and stay within test and window, for any profile and process', () => {
  const process = fc.constantFrom('Poisson' as const, 'Uniform' as const, 'Constant' as const, 'Gamma' as const);
  fc.assert(
    fc.property(
      process,
      profileArbitrary,
      fc.option(fc.constant([2, 7] as [number, number])),
      (name, ratePerS, window) => {
        const spec = name === 'Gamma' ? { process: name, ratePerS, cv: 3 } : { process: name, ratePerS };
        const times = timesOf(spec, { durationS: 10, windowS: window });
        const [from, to] = window ?? [-1, 10];
        expect(times.filter((us, i) => us < (times[i - 1] ?? 0))).toEqual([]);
        expect(times.filter((us) => us <= from * 1e6 || us >= to * 1e6)).toEqual([]);
      },
    ),
    { numRuns: 200 },
  );
});
