import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cumulativeRate, inverseCumulativeRate } from '../../../workload/arrivals/cumulative-rate.js';
import { profileArbitrary } from './profile-arbitrary.js';

describe('Λ', () => {
  test('of steps, by hand: 10 s at 5/s, 10 s at 0, then 2/s', () => {
    const expected = cumulativeRate({
      kind: 'steps',
      points: [
        [0, 5],
        [10, 0],
        [20, 2],
      ],
    });
    expect([0, 4, 10, 15, 20, 25].map(expected)).toEqual([0, 20, 50, 50, 50, 60]);
  });

  test('of a ramp, by hand: from 0 to 10/s within 10 s and down to 0 within 5 s, where it stays', () => {
    const expected = cumulativeRate({
      kind: 'ramp',
      points: [
        [0, 0],
        [10, 10],
        [15, 0],
      ],
    });
    // t²/2 up to 50; then 50 + 10x − x², with 75 at the end.
    expect([0, 4, 10, 12, 15, 100].map(expected)).toEqual([0, 8, 50, 66, 75, 75]);
  });

  test('of a sinusoid, by hand: a quarter of a period is mean·P/4 + amplitude·P/2π', () => {
    const expected = cumulativeRate({ kind: 'sinusoid', meanPerS: 10, amplitudePerS: 5, periodS: 60 });
    expect(expected(15)).toBeCloseTo(150 + (5 * 60) / (2 * Math.PI), 9);
    expect(expected(60)).toBeCloseTo(600, 9);
    expect(expected(600)).toBeCloseTo(6_000, 9);
  });
});

describe('Λ⁻¹', () => {
  test('leads back to Λ, and ascends, for any profile', () => {
    fc.assert(
      fc.property(
        profileArbitrary,
        // The smallest gap that a draw of 53 bits gives is 2⁻⁵³.
        fc.array(fc.oneof(fc.constant(0), fc.double({ min: 2 ** -53, max: 1_000, noNaN: true })), { maxLength: 50 }),
        (profile, steps) => {
          const timeOf = inverseCumulativeRate(profile);
          const expected = cumulativeRate(profile);
          let sum = 0;
          let last = 0;
          for (const step of steps) {
            sum += step;
            const timeS = timeOf(sum);
            // A double may lose a tenth of a nanosecond between two draws that are nearly one; times have whole microseconds.
            expect(timeS).toBeGreaterThanOrEqual(last - 1e-9);
            last = timeS;
            if (timeS === Infinity) continue;
            // A nanosecond at the highest rate of the profile, 1,000/s, and what a double holds of Λ.
            expect(Math.abs(expected(timeS) - sum)).toBeLessThan(2e-6 + sum * 1e-12);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test('of a standstill is its end, where arrivals begin again; of what never comes, Infinity', () => {
    const waits = inverseCumulativeRate({
      kind: 'steps',
      points: [
        [0, 0],
        [10, 5],
        [20, 0],
      ],
    });
    expect([0, 5, 49.5, 50, 51].map(waits)).toEqual([10, 11, 19.9, Infinity, Infinity]);
    const falls = inverseCumulativeRate({
      kind: 'ramp',
      points: [
        [0, 10],
        [10, 0],
      ],
    });
    expect(falls(49.95)).toBeCloseTo(10 - Math.sqrt(0.1), 9);
    expect(falls(50.01)).toBe(Infinity);
  });

  test('of a sinusoid is right to a nanosecond wherever the rate is not all but 0, against the engine’s own cosine', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        fc.double({ min: 0.1, max: 10_000, noNaN: true }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 }),
        (share, periodS, shares) => {
          const times = shares.map((x) => x * 3 * periodS).sort((a, b) => a - b);
          const timeOf = inverseCumulativeRate({
            kind: 'sinusoid',
            meanPerS: 100,
            amplitudePerS: 100 * share,
            periodS,
          });
          const angle = (2 * Math.PI) / periodS;
          for (const t of times) {
            const expected = 100 * t + ((100 * share) / angle) * (1 - Math.cos(angle * t));
            // The lowest rate is 1/s: what a double holds of Λ, up to 3·10⁶·2⁻⁵³ = 3·10⁻¹⁰ a few times over, is as many seconds.
            expect(Math.abs(timeOf(expected) - t)).toBeLessThan(1e-9 + expected * 1e-15);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test('of a sinusoid does not depend on what was asked before, to the nanosecond', () => {
    const profile = { kind: 'sinusoid' as const, meanPerS: 50, amplitudePerS: 49, periodS: 20 };
    const dense = inverseCumulativeRate(profile);
    for (let s = 0; s < 3_000; s += 0.37) {
      expect(Math.abs(dense(s) - inverseCumulativeRate(profile)(s))).toBeLessThan(1e-9);
    }
  });

  test('of a sinusoid that falls to 0 passes that point', () => {
    const timeOf = inverseCumulativeRate({ kind: 'sinusoid', meanPerS: 1, amplitudePerS: 1, periodS: 100 });
    const expected = cumulativeRate({ kind: 'sinusoid', meanPerS: 1, amplitudePerS: 1, periodS: 100 });
    for (let s = 74.9; s < 75.1; s += 0.001) expect(expected(timeOf(s))).toBeCloseTo(s, 6);
  });
});
