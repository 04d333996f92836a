import { expect, test } from 'vitest';
import { bootstrapQuantiles } from '../../statistics/block-bootstrap.js';
import { quantileOf, varianceOf } from '../../statistics/quantiles.js';
import { correlatedLatencies } from './simulated.js';

test('replicates of a quantile scatter around it and lie within the values', () => {
  const values = correlatedLatencies(3_000, 0, 'bootstrap');
  for (const p of [0.05, 0.5, 0.9, 0.99]) {
    const replicates = bootstrapQuantiles(values, p, 1).sort();
    expect(replicates).toHaveLength(500);
    expect(replicates[25]).toBeLessThan(quantileOf(values, p)!);
    expect(replicates[474]).toBeGreaterThan(quantileOf(values, p)!);
    expect(replicates[499]).toBeLessThanOrEqual(quantileOf(values, 1)!);
  }
});

test('the upper and the lower tail are mirror images', () => {
  const values = correlatedLatencies(500, 0.5, 'mirror');
  const mirrored = bootstrapQuantiles(
    values.map((value) => -value),
    0.1,
    3,
  );
  expect(mirrored.map((value) => -value)).toEqual(bootstrapQuantiles(values, 0.9, 3));
});

test('a trend that a whole block carries shows in the spread of the medians', () => {
  const rising = Float64Array.from({ length: 601 }, (_, i) => i);
  // Of the median of 601 independent, equally spread rows the standard error is 601/(2·√601) = 12.3.
  expect(Math.sqrt(varianceOf(bootstrapQuantiles(rising, 0.5, 1))!)).toBeGreaterThan(4 * 12.3);
});
