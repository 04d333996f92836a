import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { cliffsDelta } from '../../statistics/cliffs-delta.js';
import { holm } from '../../statistics/holm.js';
import { meanOf, quantileOf, varianceOf } from '../../statistics/quantiles.js';
import { studentTQuantile, twoSidedP } from '../../statistics/student-t.js';

test('quantiles interpolate linearly at (n − 1)·p, as pandas does by default', () => {
  const values = Float64Array.of(40, 10, 30, 20);
  // positions 0, 0.75, 1.5, 2.7, 3 among 10, 20, 30, 40
  expect([0, 0.25, 0.5, 0.9, 1].map((p) => quantileOf(values, p))).toEqual([10, 17.5, 25, 37, 40]);
  expect([...values]).toEqual([40, 10, 30, 20]);
  expect(quantileOf(Float64Array.of(5), 0.99)).toBe(5);
  expect(quantileOf(new Float64Array(0), 0.5)).toBeNull();
});

test('quantiles lie between the values and rise with p', () => {
  const finite = fc.double({ noNaN: true, min: -1e6, max: 1e6 });
  fc.assert(
    fc.property(fc.array(finite, { minLength: 1 }), fc.double({ min: 0, max: 1, noNaN: true }), (list, p) => {
      const values = Float64Array.from(list);
      const quantile = quantileOf(values, p)!;
      expect(quantile).toBeGreaterThanOrEqual(Math.min(...list));
      expect(quantile).toBeLessThanOrEqual(Math.max(...list));
      expect(quantileOf(values, Math.min(1, p + 0.1))).toBeGreaterThanOrEqual(quantile - 1e-9);
    }),
  );
});

test('mean and sample variance of 2, 4, 9 are 5 and ((−3)² + (−1)² + 4²)/2 = 13', () => {
  expect(meanOf([2, 4, 9])).toBe(5);
  expect(varianceOf([2, 4, 9])).toBe(13);
  expect(varianceOf([2])).toBeNull();
});

test("Student's t agrees with printed tables", () => {
  // 97.5 % points: Abramowitz & Stegun, table 26.10
  const printed: [df: number, t: number][] = [
    [1, 12.706],
    [2, 4.303],
    [5, 2.571],
    [9, 2.262],
    [30, 2.042],
    [120, 1.98],
  ];
  for (const [df, t] of printed) expect(studentTQuantile(0.975, df)).toBeCloseTo(t, 3);
  expect(studentTQuantile(0.025, 9)).toBeCloseTo(-2.262, 3);
  expect(studentTQuantile(0.5, 9)).toBe(0);
  // one degree of freedom is Cauchy's distribution: P(|T| > t) = 1 − 2/π·atan t
  expect(twoSidedP(3, 1)).toBeCloseTo(1 - (2 / Math.PI) * Math.atan(3), 12);
  expect(twoSidedP(0, 7)).toBe(1);
  expect(twoSidedP(1.96, 1e6)).toBeCloseTo(0.05, 4);
});

test("Holm's adjustment of 0.01, 0.04, 0.03, 0.005 is 0.03, 0.06, 0.06, 0.02", () => {
  // ascending: 0.005·4 = 0.02, 0.01·3 = 0.03, 0.03·2 = 0.06, 0.04·1 = 0.04 → raised to 0.06
  const adjusted = holm([0.01, 0.04, null, 0.03, 0.005]);
  expect(adjusted.map((p) => (p === null ? null : Number(p.toFixed(12))))).toEqual([0.03, 0.06, null, 0.06, 0.02]);
  expect(holm([0.9, 0.8])).toEqual([1, 1]);
  // A comparison that came to nothing spoils no other.
  expect(holm([Number.NaN, 0.01, 0.02])).toEqual([null, 0.02, 0.02]);
});

test("Cliff's delta counts pairs: 1, 2, 3 against 2, 3, 4 has 6 above, 1 below, 2 ties of 9", () => {
  expect(cliffsDelta(Float64Array.of(3, 1, 2), Float64Array.of(4, 2, 3))).toBeCloseTo(5 / 9, 12);
  expect(cliffsDelta(Float64Array.of(1, 2), Float64Array.of(3))).toBe(1);
  expect(cliffsDelta(Float64Array.of(1), new Float64Array(0))).toBeNull();
});

test("Cliff's delta equals the count over all pairs and changes sign with the sides", () => {
  const side = fc.array(fc.integer({ min: 0, max: 8 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(side, side, (a, b) => {
      const pairs = a.flatMap((x) => b.map((y) => Math.sign(y - x)));
      const delta = cliffsDelta(Float64Array.from(a), Float64Array.from(b))!;
      expect(delta).toBeCloseTo(meanOf(pairs)!, 12);
      expect(cliffsDelta(Float64Array.from(b), Float64Array.from(a))).toBeCloseTo(-delta, 12);
    }),
  );
});
