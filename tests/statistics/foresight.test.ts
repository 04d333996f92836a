import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { moreNeeded, reachWith, type Foresight } from '../../statistics/foresight.js';

const runs = (n: number, variance: number): Foresight => {
  const side = { n, variance: variance / n, df: 'n − 1' } as const;
  return { unit: 'run', baseline: side, candidate: side };
};

test('runs: the t quantiles of the new degrees of freedom, by hand', () => {
  // 3 + 3 runs a side, s² = 0.0025: 10 df, (2.2281 + 0.8791)·√(2·0.0025/6) = 0.08970
  expect(reachWith(runs(3, 0.0025), 3).up).toBeCloseTo(0.0897, 4);
  expect(moreNeeded(runs(3, 0.0025), ({ up }) => up <= 0.0898)).toBe(3);
  expect(moreNeeded(runs(3, 0.0025), ({ up }) => up <= 0.0896)).toBe(4);
});

test('rows: the degrees of freedom of sections stay what they are', () => {
  const side = { n: 1_000, variance: 0.01, df: 9 };
  const rows: Foresight = { unit: 'row', baseline: side, candidate: side };
  // 18 df: (2.1009 + 0.8620)·√(2·0.01/4) = 0.20951 with 3,000 more
  expect(reachWith(rows, 3_000).up).toBeCloseTo(0.20951, 5);
});

test("a share of 0 in rows: Wilson's upper end with the sum of both quantiles", () => {
  const side = { n: 1_000, share: 0, effective: 1_000, df: Infinity };
  // z = 1.95996 + 0.84162 = 2.80158: z²/(n + z²) = 7.8489/2007.8489 with 1,000 more, on both sides
  expect(reachWith({ unit: 'row', baseline: side, candidate: side }, 1_000).up).toBeCloseTo(7.8489 / 2007.8489, 6);
});

test('what is named is the least that is enough, and null where a thousand times as much would not be', () => {
  const foresight = fc.record({
    n: fc.integer({ min: 2, max: 40 }),
    m: fc.integer({ min: 1, max: 40 }),
    variance: fc.double({ min: 1e-6, max: 1, noNaN: true }),
    distance: fc.double({ min: 1e-3, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(foresight, ({ n, m, variance, distance }) => {
      const of: Foresight = {
        unit: 'run',
        baseline: { n, variance: variance / n, df: 'n − 1' },
        candidate: { n: m, variance: variance / m, df: 'n − 1' },
      };
      const enough = ({ up }: { up: number }) => up <= distance;
      const more = moreNeeded(of, enough);
      if (more === null) {
        expect(reachWith(of, 1_000 * Math.max(n, m)).up).toBeGreaterThan(distance);
        return;
      }
      expect(enough(reachWith(of, more))).toBe(true);
      if (more > 1) expect(enough(reachWith(of, more - 1))).toBe(false);
    }),
  );
});
