import type { RandomStream } from '../../common/random.js';
import type { Delay } from './plan.js';

/** Longer than this nothing is delayed, whatever a heavy tail draws, ms. */
export const LONGEST_DELAY_MS = 3_600_000;

/**
 * One delay, ms, by the inverse of its distribution function; two draws for a lognormal one, one for all others.
 *
 * - exponential: −mean · ln(1 − u)
 * - Pareto: least · (1 − u)^(−1/α)
 * - lognormal: median · exp(σ·z), z after Box and Muller: √(−2 ln(1 − u₁)) · cos(2π u₂)
 *
 * @see Devroye, Non-Uniform Random Variate Generation, 1986, chapters II.2 and V.4
 */
export function drawDelay(delay: Delay, random: RandomStream): number {
  return Math.min(drawn(delay, random), LONGEST_DELAY_MS);
}

function drawn(delay: Delay, random: RandomStream): number {
  const u = random();
  switch (delay.distribution) {
    case 'constant':
      return delay.ms;
    case 'uniform':
      return delay.low + u * (delay.high - delay.low);
    case 'exponential':
      return -delay.mean * Math.log1p(-u);
    case 'lognormal': {
      const z = Math.sqrt(-2 * Math.log1p(-u)) * Math.cos(2 * Math.PI * random());
      return delay.median * Math.exp(delay.sigma * z);
    }
    case 'pareto':
      return delay.least * (1 - u) ** (-1 / delay.alpha);
  }
}
