import type { RandomStream } from '../../common/random.js';
import type { NextArrival } from './next-arrival.js';

/**
 * Evenly spaced arrivals with one random phase: t_k = (k + u)/rate for k = 0, 1, …, where u is drawn once from [0, 1).
 * Computed from k and not by adding gaps, so that the spacing does not drift.
 *
 * @param rate arrivals per second, > 0
 * @see FaaSProfiler's `Uniform`; ours starts at the shift itself and so keeps the event that its code loses
 */
export function uniformArrivals(rate: number, random: RandomStream): NextArrival {
  const phase = random();
  let k = 0;
  return () => (k++ + phase) / rate;
}
