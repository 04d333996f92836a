import { expect, test } from 'vitest';
import type { Estimate } from '../../statistics/estimate.js';
import { estimateMean, estimateQuantile } from '../../statistics/intervals.js';
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

// 300 runs at a true coverage of 95 %: standard error √(0.95·0.05/300) = 1.3 %. The band 92–98 % is 2.4 of them wide on
// either side, and the seeds are fixed, so a cell fails only when the method changes.
const RUNS = 300;

test.each([
  // rows, quantile, normal quantile, correlation: sectioning from 400, 2,000 and 20,000 rows on, else bootstrap
  { p: 0.5, z: 0, n: 2_000, phi: 0 },
  { p: 0.5, z: 0, n: 2_000, phi: 0.5 },
  { p: 0.5, z: 0, n: 2_000, phi: 0.8 },
  { p: 0.5, z: 0, n: 2_000, phi: 0.95 },
  { p: 0.9, z: 1.2815516, n: 2_000, phi: 0 },
  { p: 0.9, z: 1.2815516, n: 2_000, phi: 0.8 },
  { p: 0.5, z: 0, n: 100, phi: 0 },
  { p: 0.5, z: 0, n: 300, phi: 0.5 },
  { p: 0.9, z: 1.2815516, n: 1_000, phi: 0.8 },
  { p: 0.99, z: 2.3263479, n: 2_000, phi: 0 },
  { p: 0.99, z: 2.3263479, n: 2_000, phi: 0.8 },
])(
  'the interval of quantile $p of $n rows correlated by $phi holds the truth in 92–98 % of runs',
  ({ p, z, n, phi }) => {
    const share = coverage(RUNS, trueLatency(z), (run) =>
      estimateQuantile(correlatedLatencies(n, phi, `${p}/${n}/${phi}/${run}`), p),
    );
    expect(share).toBeGreaterThanOrEqual(0.92);
    expect(share).toBeLessThanOrEqual(0.98);
  },
);

test.each([
  { n: 2_000, phi: 0 },
  { n: 2_000, phi: 0.8 },
  { n: 100, phi: 0 },
])('the interval of the mean of $n rows correlated by $phi holds the truth in 92–98 % of runs', ({ n, phi }) => {
  // mean of a lognormal with μ = 3, σ = 1/2: exp(3 + 1/8)
  const share = coverage(RUNS, Math.exp(3.125), (run) =>
    estimateMean(correlatedLatencies(n, phi, `mean/${n}/${phi}/${run}`)),
  );
  expect(share).toBeGreaterThanOrEqual(0.92);
  expect(share).toBeLessThanOrEqual(0.98);
});

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
  expect(estimateQuantile(rows, 0.99).method).toBe('block bootstrap');
  expect(estimateQuantile(rows.subarray(0, 20), 0.5).method).toBe('block bootstrap');
  expect(estimateQuantile(rows.subarray(0, 19), 0.5).note).toBe('too few (19 < 20)');
  expect(estimateQuantile(rows.subarray(0, 399), 0.5).method).toBe('block bootstrap');
  expect(estimateQuantile(rows.subarray(0, 400), 0.5).method).toBe('sectioning');
});

test('the bootstrap repeats itself for one seed and differs for another', () => {
  const rows = correlatedLatencies(500, 0.5, 'seeds');
  expect(estimateQuantile(rows, 0.9, { seed: 5 })).toEqual(estimateQuantile(rows, 0.9, { seed: 5 }));
  expect(estimateQuantile(rows, 0.9, { seed: 5 }).low).not.toBe(estimateQuantile(rows, 0.9, { seed: 6 }).low);
});

test('intervals of positive values stay above 0; values with zeros are handled on their own scale', () => {
  const wild = Float64Array.from({ length: 40 }, (_, i) => (i < 20 ? 0.001 : 1_000));
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
    note: 'no interval: too few (3 < 20)',
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
