import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { wilson } from '../../statistics/share.js';
import { moverDifference, moverRatio } from '../../statistics/mover.js';

test("Newcombe's own example of two proportions, 56 of 70 and 48 of 80, by Wilson's intervals", () => {
  // Stat. Med. 17, 1998, table II, (a), method 10: 0.2000 [0.0524, 0.3339]
  const of = (share: number, n: number) => {
    const [low, high] = wilson(share, n, 1.959964);
    return { value: share, low, high };
  };
  const { value, low, high } = moverDifference(of(48 / 80, 80), of(56 / 70, 70));
  expect(value).toBeCloseTo(0.2, 12);
  expect(low).toBeCloseTo(0.0524, 4);
  expect(high).toBeCloseTo(0.3339, 4);
});

test("of symmetric intervals the ratio's is Fieller's, by hand", () => {
  // a = 2 ± 0.4, b = 3 ± 0.6: (b − r·a)² = 0.36 + r²·0.16, so (4 − 0.16)r² − 12r + 9 − 0.36 = 0:
  // r = (12 ± √(144 − 4·3.84·8.64))/7.68 = (12 ± √11.2896)/7.68 = (12 ± 3.36)/7.68
  const ratio = moverRatio({ value: 2, low: 1.6, high: 2.4 }, { value: 3, low: 2.4, high: 3.6 })!;
  expect(ratio).toEqual({ value: 1.5, low: expect.closeTo(1.125, 12), high: expect.closeTo(2, 12) });
});

test('a baseline whose interval reaches 0 has no ratio, a candidate of 0 has one from 0 on', () => {
  expect(moverRatio({ value: 0.1, low: 0, high: 0.2 }, { value: 0.1, low: 0.05, high: 0.2 })).toBeNull();
  expect(moverRatio({ value: 0.1, low: 0.05, high: 0.2 }, { value: 0, low: 0, high: 0.03 })).toMatchObject({
    value: 0,
    low: 0,
    // uᵦ/√(lₐ(2a − lₐ)) = 0.03/√(0.05·0.15)
    high: expect.closeTo(0.03 / Math.sqrt(0.0075), 12),
  });
});

test("at either end of the ratio's interval the difference b − r·a just touches 0", () => {
  const bounded = fc
    .record({
      value: fc.double({ min: 0.01, max: 1, noNaN: true }),
      down: ratio(),
      up: fc.double({ min: 0.01, max: 4, noNaN: true }),
    })
    .map(({ value, down, up }) => ({ value, low: value * (1 - down), high: value * (1 + up) }));
  fc.assert(
    fc.property(bounded, bounded, (a, b) => {
      const { value, low, high } = moverRatio(a, b)!;
      expect(low).toBeLessThanOrEqual(value);
      expect(high).toBeGreaterThanOrEqual(value);
      const scaled = (r: number) => ({ value: r * a.value, low: r * a.low, high: r * a.high });
      expect(moverDifference(scaled(low), b).low / b.value).toBeCloseTo(0, 6);
      expect(moverDifference(scaled(high), b).high / (high * a.value)).toBeCloseTo(0, 6);
    }),
  );
});

/** How far the low end lies below, as a part of the value. */
function ratio() {
  return fc.double({ min: 0.01, max: 0.95, noNaN: true });
}
