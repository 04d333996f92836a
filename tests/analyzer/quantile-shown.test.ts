import { expect, test } from 'vitest';
import { quantileShown } from '../../analyzer/quantile-shown.js';

test('a quantile is shown from ten rows on of which one lies beyond it', () => {
  expect([9, 10].map((n) => quantileShown(3, 0.5, n))).toEqual([null, 3]);
  expect([99, 100].map((n) => quantileShown(3, 0.99, n))).toEqual([null, 3]);
  expect(quantileShown(null, 0.5, 1_000)).toBeNull();
});
