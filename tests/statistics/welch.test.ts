import { expect, test } from 'vitest';
import { randomStream } from '../../common/random.js';
import { spreadOfMean, welch } from '../../statistics/welch.js';
import { normals } from './simulated.js';

test('two sides of two runs: difference, interval and p as worked out by hand', () => {
  // a = 0, 2 (mean 1, s² = 2); b = 3, 5 (mean 4, s² = 2): difference 3, variance 2/2 + 2/2 = 2, df = 2.
  const contrast = welch(spreadOfMean([0, 2]), spreadOfMean([3, 5]))!;
  expect(contrast).toMatchObject({ value: 3, df: 2 });
  // t(0.975, 2) = 4.302653; reach = 4.302653·√2 = 6.084870
  expect(contrast.low).toBeCloseTo(3 - 6.08487, 4);
  expect(contrast.high).toBeCloseTo(3 + 6.08487, 4);
  // two degrees of freedom: P(|T| > t) = 1 − t/√(t² + 2), t = 3/√2
  expect(contrast.p).toBeCloseTo(1 - 3 / Math.SQRT2 / Math.sqrt(4.5 + 2), 9);
});

test.each([3, 5, 10])('%i identical runs a side raise a false alarm in about 5 % of comparisons', (runs) => {
  const normal = normals(randomStream(4711, `welch/${runs}`));
  const side = () => spreadOfMean(Array.from({ length: runs }, () => Math.log(100) + 0.05 * normal()));
  let alarms = 0;
  // 2,000 comparisons: standard error √(0.05·0.95/2000) = 0.5 %; Welch is a little cautious with three runs.
  for (let i = 0; i < 2_000; i += 1) if (welch(side(), side())!.p < 0.05) alarms += 1;
  expect(alarms / 2_000).toBeLessThanOrEqual(0.06);
  expect(alarms / 2_000).toBeGreaterThanOrEqual(0.025);
});

test('equal values have no spread to judge by, even where their mean is rounded', () => {
  expect(welch(spreadOfMean([5, 5]), spreadOfMean([5, 5]))).toBeNull();
  // 0.1 + 0.1 + 0.1 = 0.30000000000000004: the mean differs from each value in its last digit
  expect(welch(spreadOfMean([0.1, 0.1, 0.1]), spreadOfMean([0.1, 0.1]))).toBeNull();
});
