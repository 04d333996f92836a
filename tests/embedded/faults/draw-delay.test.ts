import { expect, test } from 'vitest';
import { randomStream } from '../../../common/random.js';
import { drawDelay, LONGEST_DELAY_MS } from '../../../embedded/faults/draw-delay.js';
import type { Delay } from '../../../embedded/faults/plan.js';

const N = 20_000;

/** Kolmogorov's distance between what is drawn and its distribution function. */
function distance(delay: Delay, cdf: (x: number) => number): number {
  const random = randomStream(4711, `test/${delay.distribution}`);
  const drawn = Array.from({ length: N }, () => drawDelay(delay, random)).sort((a, b) => a - b);
  return Math.max(...drawn.map((x, i) => Math.max(cdf(x) - i / N, (i + 1) / N - cdf(x))));
}

// Kolmogorov's 99.9 % bound for a sample of N: 1.95 / √N. The streams are seeded, so that it holds once and for all.
const BOUND = 1.95 / Math.sqrt(N);

test('delays have their distribution', () => {
  expect(distance({ distribution: 'uniform', low: 5, high: 25 }, (x) => (x - 5) / 20)).toBeLessThan(BOUND);
  expect(distance({ distribution: 'exponential', mean: 8 }, (x) => 1 - Math.exp(-x / 8))).toBeLessThan(BOUND);
  expect(distance({ distribution: 'pareto', least: 3, alpha: 1.5 }, (x) => 1 - (3 / x) ** 1.5)).toBeLessThan(BOUND);
  expect(
    distance({ distribution: 'lognormal', median: 20, sigma: 0.7 }, (x) => phi(Math.log(x / 20) / 0.7)),
  ).toBeLessThan(BOUND);
});

test('a constant delay is always the same, and the heaviest tail ends at an hour', () => {
  const random = randomStream(1, 'test');
  expect(drawDelay({ distribution: 'constant', ms: 12.5 }, random)).toBe(12.5);
  const heavy: Delay = { distribution: 'pareto', least: 1_000, alpha: 0.01 };
  expect(Math.max(...Array.from({ length: 100 }, () => drawDelay(heavy, random)))).toBe(LONGEST_DELAY_MS);
});

/** Φ by its series (Marsaglia, Evaluating the normal distribution, J. Stat. Software 11(4), 2004). */
function phi(x: number): number {
  if (x < -8) return 0;
  if (x > 8) return 1;
  let [sum, term, i, before] = [x, x, 1, NaN];
  while (sum !== before) {
    before = sum;
    i += 2;
    term *= (x * x) / i;
    sum += term;
  }
  return 0.5 + sum * Math.exp(-0.5 * x * x - 0.918_938_533_204_672_78);
}
