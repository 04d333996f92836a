import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { textWidth } from '../../plotting/font.js';
import { legendNames, linearDomain, logAxis, shortName, span } from '../../comparative/charts/chart.js';

test('a log axis has ticks at 1, 2 and 5 of each decade, and finer ones where those are too few', () => {
  expect(logAxis([3, 400]).ticks).toEqual([5, 10, 20, 50, 100, 200]);
  expect(logAxis([52, 90]).ticks).toEqual([50, 60, 70, 80, 90]);
  expect(logAxis([51, 52]).ticks).toEqual([48, 50, 52, 54, 56]);
  expect(logAxis([0.01, 20_000]).ticks).toEqual([0.01, 0.1, 1, 10, 100, 1_000, 10_000]);
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

test('values that no axis can hold are left out of it', () => {
  expect(logAxis([0, 3, 400, Infinity, Number.NaN])).toEqual(logAxis([3, 400]));
  expect(logAxis([0, Infinity]).domain).toEqual([1 / 1.1, 11]);
});

test('a long name keeps both its ends', () => {
  expect(shortName('short', 11)).toBe('short');
  expect(shortName('a'.repeat(30) + 'b'.repeat(30), 11)).toBe('aaaaa…bbbbb');
});

test('names in a legend are short, and never alike where the names are not', () => {
  const names = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 60, unit: fc.constantFrom('a', 'b', '_') }), {
    maxLength: 30,
  });
  fc.assert(
    fc.property(names, (all) => {
      const short = legendNames(all);
      expect(new Set(short).size).toBe(all.length);
      // 180 px are a legend's room for a name
      for (const name of short) expect(textWidth(name, 12, false)).toBeLessThanOrEqual(180);
    }),
  );
});

test('a linear axis holds all values, spans a tenth of the middle at least, and does not go below 0 for what never does', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 20 }),
      (values) => {
        const [low, high] = linearDomain(values);
        expect(Math.min(...values)).toBeGreaterThanOrEqual(low);
        expect(Math.max(...values)).toBeLessThanOrEqual(high);
        expect(high).toBeGreaterThan(low);
        if (Math.min(...values) >= 0) expect(low).toBeGreaterThanOrEqual(0);
      },
    ),
  );
  expect(linearDomain([49, 49])).toEqual([46.55, 51.45]);
  expect(linearDomain([0, 0])).toEqual([0, 1]);
});

test('a span is told by its ends, or once where all are alike', () => {
  expect(span([1_200, 300], 'row')).toBe('300 to 1,200 rows');
  expect(span([1, 1], 'run')).toBe('1 run');
});
