import type { NextArrival } from './next-arrival.js';

/**
 * Evenly spaced arrivals from plan zero on, without randomness: t_k = k/rate for k = 0, 1, …
 *
 * @param rate arrivals per second, > 0
 */
export function constantArrivals(rate: number): NextArrival {
  let k = 0;
  return () => k++ / rate;
}
