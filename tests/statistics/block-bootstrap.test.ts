import { expect, test } from 'vitest';
import { bootstrapMeans, bootstrapQuantiles } from '../../statistics/block-bootstrap.js';
import { meanOf, quantileOf, varianceOf } from '../../statistics/quantiles.js';
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

test('means of independent rows vary as their variance over n', () => {
  const values = correlatedLatencies(6_000, 0, 'means');
  const replicates = bootstrapMeans(values, 1);
  expect(meanOf(replicates)! / meanOf(values)!).toBeCloseTo(1, 2);
  // Six blocks give an estimate with five degrees of freedom or a few more: within a factor of 4 of s²/n.
  const ratio = varianceOf(replicates)! / (varianceOf(values)! / values.length);
  expect(ratio).toBeGreaterThan(0.25);
  expect(ratio).toBeLessThan(4);
});

test('a trend that a whole block carries shows in the spread of the means', () => {
  // Of neighbouring rows that move together the plain bootstrap would see only a scatter of s/√n = 1/√600·s.
  const steps = Float64Array.from({ length: 600 }, (_, i) => (i < 300 ? 0 : 10));
  expect(Math.sqrt(varianceOf(bootstrapMeans(steps, 1))!)).toBeGreaterThan((4 * 5) / Math.sqrt(600));
});
