import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boxOf } from '../../../comparative/curves/boxes.js';
import type { RunHistogram } from '../../../comparative/curves/run-histograms.js';
import { quantileOf } from '../../../statistics/quantiles.js';

/** As the database counts them. */
function histogramOf(run_id: string, values: number[]): RunHistogram {
  const counts = new Map<number, number>();
  for (const value of values) {
    const bin = Math.floor(Math.log(value) / Math.log(1.01));
    counts.set(bin, (counts.get(bin) ?? 0) + 1);
  }
  return {
    run_id,
    function: 'f',
    cold: false,
    section: 0,
    bins: Int32Array.from(counts.keys()),
    counts: Float64Array.from(counts.values()),
  };
}

test('the figures of a box are within 1 % of an order statistic at the quantile, over the rows of all runs together', () => {
  const times = fc.array(fc.double({ min: 0.5, max: 60_000, noNaN: true }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(times, times, (a, b) => {
      const box = boxOf([histogramOf('a', a), histogramOf('b', b)])!;
      expect(box).toMatchObject({ n: a.length + b.length, runs: 2 });
      const sorted = Float64Array.from([...a, ...b]).sort();
      for (const [name, p] of Object.entries({ p5: 0.05, p25: 0.25, p50: 0.5, p75: 0.75, p95: 0.95 })) {
        const seen = sorted[Math.floor((sorted.length - 1) * p + 1e-9)]!;
        expect(Math.abs(box[name as 'p5'] / seen - 1)).toBeLessThan(0.0051);
      }
    }),
  );
});

test('of many rows they are the quantiles', () => {
  const values = Float64Array.from({ length: 5_000 }, (_, i) => 10 * Math.exp(i / 1_000));
  const box = boxOf([histogramOf('a', [...values])])!;
  for (const [name, p] of Object.entries({ p5: 0.05, p50: 0.5, p95: 0.95 }))
    expect(box[name as 'p5'] / quantileOf(values, p)!).toBeCloseTo(1, 2);
});

test('without rows there is no box', () => {
  expect(boxOf([])).toBeNull();
});
