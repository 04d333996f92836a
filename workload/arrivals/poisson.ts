import type { RandomStream } from '../../common/random.js';
import { naturalLog } from './exact-math.js';
import { afterGaps, type NextArrival } from './next-arrival.js';

/**
 * Poisson process: independent exponential gaps, by inversion −ln(1 − u)/rate with u from [0, 1).
 *
 * @param rate arrivals per second (λ), > 0
 * @see Devroye, Non-Uniform Random Variate Generation, 1986, II.2
 */
export function poissonArrivals(rate: number, random: RandomStream): NextArrival {
  return afterGaps(() => -naturalLog(1 - random()) / rate);
}
