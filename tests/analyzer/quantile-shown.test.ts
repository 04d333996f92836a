import { expect, test } from 'vitest';
import { quantileShown } from '../../analyzer/quantile-shown.js';

test('a quantile is shown where ten rows lie beyond it, as a response time is', () => {
  // 10/(1 − 0.5) = 20, 10/(1 − 0.99) = 1,000
  expect([19, 20].map((n) => quantileShown(3, 0.5, n))).toEqual([null, 3]);
  expect([999, 1_000].map((n) => quantileShown(3, 0.99, n))).toEqual([null, 3]);
  expect(quantileShown(null, 0.5, 1_000)).toBeNull();
});
