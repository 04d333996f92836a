import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cosineAndSineOfTurns, exponential, naturalLog } from '../../../workload/arrivals/exact-math.js';

/** Distance in units of the last place of `b`. */
function ulps(a: number, b: number): number {
  if (a === b) return 0;
  const unit = 2 ** (Math.floor(Math.log2(Math.abs(b))) - 52);
  return Math.abs(a - b) / unit;
}

test('the logarithm agrees with the engine’s to a few units in the last place, from 2⁻⁵³ to 10³⁰⁰', () => {
  fc.assert(
    fc.property(fc.double({ min: 2 ** -53, max: 1e300, noNaN: true }), (x) => {
      // Near 1 the logarithm is near 0, where an absolute error of 2⁻⁵³ is what any double of x carries itself.
      expect(Math.abs(naturalLog(x) - Math.log(x)) < 2 ** -53 || ulps(naturalLog(x), Math.log(x)) <= 4).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test('the logarithm is exact where it can be', () => {
  expect(naturalLog(1)).toBe(0);
  expect(naturalLog(2)).toBe(Math.LN2);
  expect(naturalLog(0.5)).toBe(-Math.LN2);
  expect(ulps(naturalLog(10), Math.LN10)).toBeLessThanOrEqual(2);
});

test('the exponential agrees with the engine’s to a relative 10⁻¹³ down to the smallest normal numbers', () => {
  fc.assert(
    fc.property(fc.double({ min: -700, max: 0, noNaN: true }), (x) => {
      // x itself has a relative error of 2⁻⁵³, which e^x multiplies by |x| ≤ 700: 700·1.1e-16 = 7.8e-14
      expect(Math.abs(exponential(x) / Math.exp(x) - 1)).toBeLessThan(1e-13);
    }),
    { numRuns: 2000 },
  );
  expect(exponential(0)).toBe(1);
  expect(exponential(-1e6)).toBe(0);
});

test('cosine and sine of turns agree with the engine’s, and are exact at quarters', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (turns) => {
      const { cosine, sine } = cosineAndSineOfTurns(turns);
      // The engine's argument 2π·turns is itself rounded: by up to 2π·2⁻⁵³.
      expect(Math.abs(cosine - Math.cos(2 * Math.PI * turns))).toBeLessThan(2e-15);
      expect(Math.abs(sine - Math.sin(2 * Math.PI * turns))).toBeLessThan(2e-15);
    }),
    { numRuns: 2000 },
  );
  const at = (turns: number): number[] => Object.values(cosineAndSineOfTurns(turns)).map((x) => x + 0);
  expect([0, 0.25, 0.5, 0.75].map(at)).toEqual([
    [1, 0],
    [0, 1],
    [-1, 0],
    [0, -1],
  ]);
});
