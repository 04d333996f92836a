import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { beside } from '../../../comparative/charts/trend-places.js';

const at = (startEpochMs: number) => ({ startEpochMs });

test('a run with one function stands at its start', () => {
  expect(beside([at(0), at(60_000), at(120_000)])).toEqual([0, 60_000, 120_000]);
});

test('functions of one run stand a seventieth of the whole apart, around its start', () => {
  expect(beside([at(0), at(0), at(70_000), at(70_000)])).toEqual([-500, 500, 69_500, 70_500]);
});

test('whatever the runs: no two points share a place, and none passes one of a later run', () => {
  const runs = fc.array(fc.tuple(fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 1, max: 7 })), {
    minLength: 2,
    maxLength: 12,
  });
  fc.assert(
    fc.property(runs, (gaps) => {
      let start = 1_795_248_000_000;
      const points = gaps.flatMap(([gap, functions]) => {
        start += 10 + gap;
        return Array.from({ length: functions }, () => at(start));
      });
      const places = beside(points);
      for (const [i, place] of places.entries()) if (i > 0) expect(place).toBeGreaterThan(places[i - 1]!);
    }),
  );
});
