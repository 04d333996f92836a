import { describe, expect, test } from 'vitest';
import { randomStream } from '../../../common/random.js';
import { gammaArrivals } from '../../../workload/arrivals/gamma.js';
import { gapsOf, kolmogorovSmirnov, kolmogorovSmirnovAt1Percent, mean, take, variance } from '../samples.js';

const n = 50_000;
const gaps = (rate: number, cv: number): number[] =>
  gapsOf(take(n, gammaArrivals(rate, cv, randomStream(5, 'arrivals/gamma'))));

describe('Gamma', () => {
  test.each([0.1, 0.5, 1, 2, 4])('gaps at cv = %d have mean 1/rate and that coefficient of variation', (cv) => {
    const sample = gaps(50, cv);
    // Standard error of the mean: cv/(rate·√n); five of them.
    expect(Math.abs(mean(sample) - 0.02)).toBeLessThan((5 * cv * 0.02) / Math.sqrt(n));
    // Of the variance's ratio: √((κ − 1)/n) with κ = 3 + 6·cv² for a gamma; five of them, halved for the root.
    const tolerance = 2.5 * Math.sqrt((2 + 6 * cv * cv) / n);
    expect(Math.abs(Math.sqrt(variance(sample)) / mean(sample) / cv - 1)).toBeLessThan(tolerance + 0.01);
  });

  test('gaps at cv = 1 are exponential', () => {
    expect(kolmogorovSmirnov(gaps(50, 1), (x) => 1 - Math.exp(-50 * x))).toBeLessThan(kolmogorovSmirnovAt1Percent(n));
  });

  test('gaps at cv = 0.5 follow Erlang’s distribution of shape 4', () => {
    // Shape 1/cv² = 4, rate of each stage 4·50 = 200: F(x) = 1 − e^(−200x)·Σ_{i<4} (200x)^i/i!
    const erlang = (x: number): number => {
      const y = 200 * x;
      return 1 - Math.exp(-y) * (1 + y + y ** 2 / 2 + y ** 3 / 6);
    };
    expect(kolmogorovSmirnov(gaps(50, 0.5), erlang)).toBeLessThan(kolmogorovSmirnovAt1Percent(n));
  });

  test('gaps at cv = √2 follow the square of a normal, which is a gamma of shape ½', () => {
    // Shape ½, scale 2/rate = 0.04 s: F(x) = erf(√(x/0.04)), erf by its series.
    expect(kolmogorovSmirnov(gaps(50, Math.SQRT2), (x) => erf(Math.sqrt(x / 0.04)))).toBeLessThan(
      kolmogorovSmirnovAt1Percent(n),
    );
  });
});

function erf(z: number): number {
  if (z > 5) return 1;
  let term = z;
  let sum = z;
  for (let k = 1; k < 120; k += 1) {
    term *= -(z * z) / k;
    sum += term / (2 * k + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}
