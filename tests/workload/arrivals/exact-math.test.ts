import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exponential, naturalLog } from '../../../workload/arrivals/exact-math.js';

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
