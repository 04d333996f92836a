import { describe, expect, test } from 'vitest';
import { randomStream } from '../../../common/random.js';
import { poissonArrivals } from '../../../workload/arrivals/poisson.js';
import {
  correlation,
  countsPerBin,
  gapsOf,
  kolmogorovSmirnov,
  kolmogorovSmirnovAt1Percent,
  mean,
  take,
  timesOf,
  variance,
} from '../samples.js';

const gaps = (seed: number, n: number, rate: number): number[] =>
  gapsOf(take(n, poissonArrivals(rate, randomStream(seed, 'arrivals/a'))));

describe('Poisson', () => {
  test('gaps are exponential: Kolmogorov–Smirnov at 1 % rejects one seed in a hundred, not more', () => {
    const n = 2000;
    const rejected = Array.from({ length: 200 }, (_, seed) => gaps(seed, n, 50)).filter(
      (sample) => kolmogorovSmirnov(sample, (x) => 1 - Math.exp(-50 * x)) > kolmogorovSmirnovAt1Percent(n),
    ).length;
    // Of 200 tests at 1 % two fail in the mean; more than eight in one case of 3,000.
    expect(rejected).toBeLessThanOrEqual(8);
  });

  test('that test has teeth: gaps that are 5 % too long, or evenly drawn, are rejected', () => {
    const n = 20_000;
    const exponential = (x: number): number => 1 - Math.exp(-50 * x);
    const stretched = gaps(1, n, 50 / 1.05);
    const even = gaps(1, n, 50).map((_, i) => (2 * ((i * 0.618_033_988_749) % 1)) / 50);
    expect(kolmogorovSmirnov(gaps(1, n, 50), exponential)).toBeLessThan(kolmogorovSmirnovAt1Percent(n));
    expect(kolmogorovSmirnov(stretched, exponential)).toBeGreaterThan(kolmogorovSmirnovAt1Percent(n));
    expect(kolmogorovSmirnov(even, exponential)).toBeGreaterThan(kolmogorovSmirnovAt1Percent(n));
  });

  test('counts per 100 ms have an index of dispersion of 1 and do not remember each other', () => {
    const counts = countsPerBin(timesOf({ process: 'Poisson', ratePerS: 100 }, { durationS: 1000 }), 1e5, 1e9);
    // Variance over mean of 10,000 Poisson counts: standard error √(2/9999) = 0.0141; four of them.
    expect(Math.abs(variance(counts) / mean(counts) - 1)).toBeLessThan(0.057);
    // Standard error of a correlation of 10,000: 0.01; four of them.
    for (const lag of [1, 2, 3, 10]) expect(Math.abs(correlation(counts, counts, lag))).toBeLessThan(0.04);
  });

  test('two instances of one rate and seed are independent of each other', () => {
    const plan = (name: string): number[] => timesOf({ process: 'Poisson', ratePerS: 100 }, { durationS: 1000, name });
    const [one, two] = [plan('instance1'), plan('instance2')];
    const [a, b] = [countsPerBin(one, 1e5, 1e9), countsPerBin(two, 1e5, 1e9)];
    for (let lag = -5; lag <= 5; lag += 1) expect(Math.abs(correlation(a, b, lag))).toBeLessThan(0.04);
    // Of 100,000 arrivals each in 10⁹ µs, 10⁵·10⁵/10⁹ = 10 meet by chance; in the predecessor all did.
    const met = new Set(one);
    expect(two.filter((us) => met.has(us)).length).toBeLessThan(30);
  });

  test('a low rate keeps its only event', () => {
    // The one arrival of seed 2 in 20 s at 0.05/s, which a generator that starts with a gap outside the test would lose:
    // the share of seeds with at least one is 1 − e⁻¹ = 0.632, of 2000 seeds 1264 ± 4·√(2000·0.632·0.368) = ± 86.
    const seen = Array.from(
      { length: 2000 },
      (_, seed) => timesOf({ process: 'Poisson', ratePerS: 0.05 }, { durationS: 20, seed }).length > 0,
    ).filter(Boolean).length;
    expect(Math.abs(seen - 1264)).toBeLessThan(86);
  });
});
