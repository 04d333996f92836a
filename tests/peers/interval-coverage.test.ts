import { expect, test } from 'vitest';
import { coverageOf } from '../../benchmarks/intervals/coverage.mjs';
import { simulatedLatencies, trueMean, trueQuantile } from '../../benchmarks/intervals/latencies.mjs';
import { randomStream } from '../../common/random.js';
import { estimateMean, estimateQuantile } from '../../statistics/intervals.js';
import { meanOf, quantileOf } from '../../statistics/quantiles.js';

// The same simulation with 2,000 runs a cell, and longer runs, is `npm run sim:intervals`; docs/statistics.md has its table.
const RUNS = 200;
/**
 * An interval whose true coverage is 92 % or more holds the truth in fewer than 170 of 200 runs with a probability of 0.03 %
 * (binomial), in one of the 39 cells below of 1.2 %.
 */
const LEAST_HELD = 170;
const METHODS: Record<string, Record<number, string>> = {
  mean: { 300: 'sectioning' },
  p50: { 100: 'block bootstrap', 400: 'sectioning' },
  p90: { 200: 'block bootstrap', 2_000: 'sectioning' },
  p99: { 2_000: 'block bootstrap' },
};

const held: number[] = [];

test.each([100, 200, 300, 1_000, 2_000].flatMap((rows) => [0, 0.5, 0.8].map((phi) => ({ rows, phi }))))(
  'the intervals of $rows rows correlated by $phi, 2 % of them cold starts, hold the truth as often as they say',
  ({ rows, phi }) => {
    const statistics = { estimateMean, estimateQuantile, randomStream };
    const coverage = coverageOf({ rows, phi, coldShare: 0.02 }, RUNS, statistics);
    const withInterval = Object.keys(METHODS).filter(
      (figure) => Math.min(...Object.keys(METHODS[figure]!).map(Number)) <= rows,
    );
    expect(Object.keys(coverage)).toEqual(withInterval);
    for (const [figure, cell] of Object.entries(coverage)) {
      const since = Math.max(
        ...Object.keys(METHODS[figure]!)
          .map(Number)
          .filter((least) => least <= rows),
      );
      expect(cell.method, figure).toBe(METHODS[figure]![since]);
      expect(cell.held, figure).toBeGreaterThanOrEqual(LEAST_HELD);
      held.push(cell.held / RUNS);
    }
  },
);

test('taken together they are not too wide either: not more than 98 % hold the truth', () => {
  // At three correlations: of 100 rows one figure, of 200 two, of 300 and 1,000 three, of 2,000 four, so 3·13 = 39 cells of 200.
  // The figures of a run go together: of 15·200 independent runs at 98 % the standard error is √(0.98·0.02/3,000) = 0.26 %, so
  // at a true 95–97 % this is 4 of them away.
  expect(held).toHaveLength(39);
  expect(meanOf(held)).toBeLessThan(0.98);
  expect(meanOf(held)).toBeGreaterThan(0.92);
});

test('the simulated latencies have the mean and the quantiles that they are held against', () => {
  for (const coldShare of [0, 0.02]) {
    const values = simulatedLatencies({ rows: 400_000, phi: 0.5, coldShare }, randomStream(1, 'truth'));
    // With φ = 0.5 the variance of a mean is (1 + φ)/(1 − φ) = 3 times that of independent rows. Standard deviation of a row:
    // 12.1 ms warm, and 300·√(0.02·0.98) = 42 ms by the cold starts, which are independent: errors 0.03 and 0.07 ms.
    expect(Math.abs(meanOf(values)! - trueMean(coldShare))).toBeLessThan(0.3);
    for (const p of [0.5, 0.9, 0.99]) {
      const share = values.filter((value) => value <= trueQuantile(p, coldShare)).length / values.length;
      // √(3·p(1 − p)/n) is 0.0014 at the median
      expect(Math.abs(share - p)).toBeLessThan(0.005);
      expect(quantileOf(values, p)! / trueQuantile(p, coldShare)).toBeCloseTo(1, 1);
    }
  }
  // exp(3) at the median of the warm ones; exp(3 + 2.326348/2) at their p99
  expect(trueQuantile(0.5, 0)).toBeCloseTo(Math.exp(3), 6);
  expect(trueQuantile(0.99, 0)).toBeCloseTo(Math.exp(3 + 2.3263478740408408 / 2), 6);
});
