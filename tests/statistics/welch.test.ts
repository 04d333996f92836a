import { expect, test } from 'vitest';
import { randomStream } from '../../common/random.js';
import { welchOnLogs } from '../../statistics/welch.js';
import { normals } from './simulated.js';

test('two sides of two runs: ratio, interval and p as worked out by hand', () => {
  // logs base 2 in units of ln 2: a = 0, 2 (mean 1, s² = 2); b = 3, 5 (mean 4, s² = 2): difference 3, variance 2, df = 2.
  const { ratio, p } = welchOnLogs([1, 4], [8, 32]);
  expect(ratio).toMatchObject({ n: 4, method: 'welch t', note: null });
  expect(ratio.value).toBeCloseTo(8, 9);
  // t(0.975, 2) = 4.302653; reach = 4.302653·√2 = 6.084870
  expect(Math.log2(ratio.low!)).toBeCloseTo(3 - 6.08487, 4);
  expect(Math.log2(ratio.high!)).toBeCloseTo(3 + 6.08487, 4);
  // two degrees of freedom: P(|T| > t) = 1 − t/√(t² + 2), t = 3/√2
  expect(p).toBeCloseTo(1 - 3 / Math.SQRT2 / Math.sqrt(4.5 + 2), 9);
});

test.each([3, 5, 10])('%i identical runs a side raise a false alarm in about 5 % of comparisons', (runs) => {
  const normal = normals(randomStream(4711, `welch/${runs}`));
  const side = () => Array.from({ length: runs }, () => 100 * Math.exp(0.05 * normal()));
  let alarms = 0;
  // 2,000 comparisons: standard error √(0.05·0.95/2000) = 0.5 %; Welch is a little cautious with three runs.
  for (let i = 0; i < 2_000; i += 1) if (welchOnLogs(side(), side()).p! < 0.05) alarms += 1;
  expect(alarms / 2_000).toBeLessThanOrEqual(0.06);
  expect(alarms / 2_000).toBeGreaterThanOrEqual(0.025);
});

test('what cannot be told is said: one run a side, no run, a value that is not positive, no spread at all', () => {
  expect(welchOnLogs([10], [12, 13])).toMatchObject({ ratio: { low: null, method: 'none' }, p: null });
  expect(welchOnLogs([10], [12]).ratio.value).toBeCloseTo(1.2, 12);
  expect(welchOnLogs([], [12]).ratio).toMatchObject({ value: null, note: 'no runs on one side' });
  expect(welchOnLogs([0, 1], [2, 3]).ratio.note).toBe('a ratio needs positive values');
  expect(welchOnLogs([5, 5], [5, 5])).toMatchObject({ ratio: { low: null }, p: null });
});
