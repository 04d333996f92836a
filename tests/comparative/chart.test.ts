import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { logAxis, shortName } from '../../comparative/charts/chart.js';

test('a log axis has ticks at 1, 2 and 5 of each decade, and finer ones where those are too few', () => {
  expect(logAxis([3, 400]).ticks).toEqual([5, 10, 20, 50, 100, 200]);
  expect(logAxis([52, 90]).ticks).toEqual([50, 60, 70, 80, 90]);
  expect(logAxis([51, 52]).ticks).toEqual([48, 50, 52, 54, 56]);
});

test('whatever the values: they lie within the axis, whose ticks ascend and are three at least', () => {
  const times = fc.array(fc.double({ min: 0.001, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(times, (values) => {
      const { domain, ticks } = logAxis(values);
      expect(Math.min(...values)).toBeGreaterThanOrEqual(domain[0]);
      expect(Math.max(...values)).toBeLessThanOrEqual(domain[1]);
      expect(ticks.length).toBeGreaterThanOrEqual(3);
      expect(ticks).toEqual(ticks.toSorted((a, b) => a - b));
      expect(ticks[0]).toBeGreaterThanOrEqual(domain[0] * (1 - 1e-9));
      expect(ticks.at(-1)!).toBeLessThanOrEqual(domain[1] * (1 + 1e-9));
    }),
  );
});

test('a long name keeps both its ends', () => {
  expect(shortName('short')).toBe('short');
  expect(shortName('a'.repeat(30) + 'b'.repeat(30), 11)).toBe('aaaaa…bbbbb');
});
