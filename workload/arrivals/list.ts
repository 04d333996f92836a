import { noArrivals, type NextArrival } from './next-arrival.js';

/**
 * Arrivals from a list of gaps, cumulated from plan zero: t_k = g_0 + … + g_k.
 *
 * @param gapsS inter-arrival times in seconds, each ≥ 0
 * @see FaaSProfiler's `interarrivals_list`
 */
export function listArrivals(gapsS: readonly number[]): NextArrival {
  let at = 0;
  let k = 0;
  return () => (k < gapsS.length ? (at += gapsS[k++]!) : noArrivals());
}
