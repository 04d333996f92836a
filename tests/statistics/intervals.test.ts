import { expect, test } from 'vitest';
import { randomStream } from '../../common/random.js';
import { bootstrapQuantiles } from '../../statistics/block-bootstrap.js';
import type { Estimate } from '../../statistics/estimate.js';
import { estimateMean, estimateQuantile } from '../../statistics/intervals.js';
import { quantileOf } from '../../statistics/quantiles.js';
import { estimateShare } from '../../statistics/share.js';
import { correlatedLatencies, trueLatency } from './simulated.js';

/** Share of simulated runs whose interval holds the truth. */
function coverage(runs: number, truth: number, estimate: (run: number) => Estimate): number {
  let covered = 0;
  for (let run = 0; run < runs; run += 1) {
    const { low, high } = estimate(run);
    if (low! <= truth && truth <= high!) covered += 1;
  }
  return covered / runs;
}

// 300 runs at a true coverage of 95 %: standard error √(0.95·0.05/300) = 1.3 %. The seeds are fixed, so a cell fails only when
// the method changes. Quantiles and means: tests/peers/interval-coverage.test.ts.
const RUNS = 300;

test.each([
  // share of rows above the given normal quantile
  { n: 2_000, z: 1.2815516, truth: 0.1, phi: 0 },
  { n: 2_000, z: 1.2815516, truth: 0.1, phi: 0.8 },
  { n: 1_000, z: 2.0537489, truth: 0.02, phi: 0 },
  { n: 1_000, z: 2.0537489, truth: 0.02, phi: 0.5 },
])('the interval of a share of $truth of $n rows correlated by $phi holds the truth in ≥ 92 % of runs', (cell) => {
  const bound = trueLatency(cell.z);
  const share = coverage(RUNS, cell.truth, (run) =>
    estimateShare(
      correlatedLatencies(cell.n, cell.phi, `share/${cell.n}/${cell.phi}/${run}`).map((value) => Number(value > bound)),
    ),
  );
  expect(share).toBeGreaterThanOrEqual(0.92);
  // Counts of rare events are whole numbers, so the interval cannot hit 95 % exactly; it may be cautious.
  expect(share).toBeLessThanOrEqual(0.99);
});

test('a quantile needs ten rows beyond it: 1,000 rows for p99, 20 for the median', () => {
  const rows = correlatedLatencies(1_000, 0, 'few');
  expect(estimateQuantile(rows.subarray(0, 999), 0.99)).toEqual({
    value: null,
    low: null,
    high: null,
    n: 999,
    method: 'none',
    note: 'too few (999 < 1,000)',
  });
  expect(estimateQuantile(rows, 0.99).value).toBe(quantileOf(rows, 0.99));
  expect(estimateQuantile(rows.subarray(0, 19), 0.5).note).toBe('too few (19 < 20)');
  expect(estimateQuantile(rows.subarray(0, 20), 0.5).value).toBe(quantileOf(rows.subarray(0, 20), 0.5));
});

test.each([
  { p: 0.5, least: 100 },
  { p: 0.9, least: 200 },
  { p: 0.99, least: 2_000 },
])('the interval of quantile $p needs $least rows: with fewer the quantile stands without one', ({ p, least }) => {
  const rows = correlatedLatencies(least, 0, 'few');
  const fewer = rows.subarray(0, least - 1);
  const [few, enough] = [least - 1, least].map((n) => n.toLocaleString('en-US'));
  expect(estimateQuantile(fewer, p)).toEqual({
    value: quantileOf(fewer, p),
    low: null,
    high: null,
    n: least - 1,
    method: 'none',
    note: `no interval: too few (${few} < ${enough})`,
  });
  expect(estimateQuantile(rows, p).method).toBe('block bootstrap');
});

test('sectioning takes over from 20 rows beyond the quantile in each section', () => {
  const rows = correlatedLatencies(400, 0, 'few');
  expect(estimateQuantile(rows.subarray(0, 399), 0.5).method).toBe('block bootstrap');
  expect(estimateQuantile(rows.subarray(0, 400), 0.5).method).toBe('sectioning');
});

test('a few replicates far away do not widen the interval: p99 just within the cold starts', () => {
  const random = randomStream(1, 'b');
  // 32 of these 2,000 rows lie at 300 ms, the others at 20: 3 of the 500 replicates draw too few of them and fall towards 21.
  // By the standard deviation of the replicates, ln(300/21)·√(3/500) = 0.21, times √(5/4) and t = 2.78, the interval would
  // reach from 160 to 570 ms.
  const rows = Float64Array.from({ length: 2_000 }, () => (random() < 0.016 ? 300 : 20) + random());
  expect(rows.filter((ms) => ms >= 300)).toHaveLength(32);
  expect(bootstrapQuantiles(rows, 0.99, 1).filter((ms) => ms < 150)).toHaveLength(3);
  const { low, high } = estimateQuantile(rows, 0.99);
  expect(low).toBeGreaterThan(299);
  expect(high).toBeLessThan(302);
});

test('the bootstrap repeats itself for one seed and differs for another', () => {
  const rows = correlatedLatencies(500, 0.5, 'seeds');
  expect(estimateQuantile(rows, 0.9, { seed: 5 })).toEqual(estimateQuantile(rows, 0.9, { seed: 5 }));
  expect(estimateQuantile(rows, 0.9, { seed: 5 }).low).not.toBe(estimateQuantile(rows, 0.9, { seed: 6 }).low);
});

test('intervals of positive values stay above 0; values with zeros are handled on their own scale', () => {
  const wild = Float64Array.from({ length: 300 }, (_, i) => (i < 150 ? 0.001 : 1_000));
  expect(estimateMean(wild).low).toBeGreaterThan(0);
  const withZeros = Float64Array.from({ length: 400 }, (_, i) => i % 2);
  expect(estimateMean(withZeros)).toMatchObject({ value: 0.5, method: 'sectioning' });
});

test('values that are all equal have an interval of no width', () => {
  const rows = new Float64Array(400).fill(7);
  for (const { value, low, high } of [estimateQuantile(rows, 0.5), estimateMean(rows)])
    for (const end of [value, low, high]) expect(end).toBeCloseTo(7, 12);
});

test('a mean of few rows stands without an interval', () => {
  expect(estimateMean(Float64Array.of(1, 2, 6))).toMatchObject({
    value: 3,
    low: null,
    note: 'no interval: too few (3 < 300)',
  });
  expect(estimateMean(new Float64Array(0)).value).toBeNull();
});

test('no error in 100 rows: the interval reaches to 3.7 % (Wilson: z²/(n + z²))', () => {
  const estimate = estimateShare(new Uint8Array(100));
  expect(estimate).toMatchObject({ value: 0, low: 0, method: 'wilson score' });
  expect(estimate.high).toBeCloseTo(3.8415 / 103.8415, 4);
  expect(estimateShare([]).value).toBeNull();
});

test('ten cold starts in one burst say less about the share than ten spread over the run', () => {
  const burst = Array.from({ length: 1_000 }, (_, i) => i < 10);
  const spread = Array.from({ length: 1_000 }, (_, i) => i % 100 === 50);
  const width = ({ low, high }: Estimate) => high! - low!;
  expect(width(estimateShare(burst))).toBeGreaterThan(2 * width(estimateShare(spread)));
});
