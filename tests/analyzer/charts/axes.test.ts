import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { spread } from '../../../analyzer/charts/percentiles.js';
import { logScale } from '../../../analyzer/charts/scales.js';
import { axisOf, axisUpTo } from '../../../analyzer/time-axis.js';

test('bins are 1, 2 or 5 times a power of ten wide, cover the run, and are 48 to 121', () => {
  fc.assert(
    fc.property(fc.double({ min: 1, max: 1e9, noNaN: true }), (lastMs) => {
      const { binMs, bins, endMs } = axisUpTo(lastMs);
      expect([1, 2, 5]).toContain(Number((binMs / 10 ** Math.floor(Math.log10(binMs * 1.000001))).toPrecision(6)));
      expect(endMs).toBeGreaterThan(lastMs);
      // the next finer width is at most 2.5 times finer and would give more than 120
      expect(bins).toBeGreaterThanOrEqual(48);
      expect(bins).toBeLessThanOrEqual(121);
    }),
  );
});

test('a short test is labelled in seconds, a long one in minutes, a day in hours', () => {
  expect([30e3, 3_600e3, 86_400e3].map((ms) => axisUpTo(ms).unit)).toEqual(['s', 'min', 'h']);
});

test('a logarithmic axis encloses all values and has 2 to 12 round ticks', () => {
  const positive = fc.double({ min: 1e-3, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(positive, positive, (a, b) => {
      const [least, most] = [Math.min(a, b), Math.max(a, b)];
      const { scale, axis } = logScale(least, most);
      expect(scale.domain[0]).toBeLessThanOrEqual(least);
      expect(scale.domain[1]).toBeGreaterThanOrEqual(most);
      expect(axis.values.length).toBeGreaterThanOrEqual(2);
      expect(axis.values.length).toBeLessThanOrEqual(12);
      for (const tick of axis.values) expect(String(tick)).toMatch(/^0?\.?0*[1235]0*$|e/);
    }),
  );
});

test('labels keep their order and a gap between them, and stay on the plot', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 300, noNaN: true }), { minLength: 1, maxLength: 7 }), (heights) => {
      const placed = spread(heights.map((at) => ({ at })));
      for (let i = 1; i < placed.length; i += 1)
        expect(placed[i]!.at - placed[i - 1]!.at).toBeGreaterThanOrEqual(15 - 1e-9);
      expect(placed.at(-1)!.at).toBeLessThanOrEqual(300);
    }),
  );
});

test('the same bins give the same axis again', () => {
  fc.assert(
    fc.property(fc.double({ min: 1, max: 1e9, noNaN: true }), (lastMs) => {
      const axis = axisUpTo(lastMs);
      expect(axisOf(axis.binMs, axis.bins)).toEqual(axis);
    }),
  );
});
