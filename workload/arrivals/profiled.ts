import type { RateProfile } from '../rate-profile.js';
import { inverseCumulativeRate } from './cumulative-rate.js';
import type { NextArrival } from './next-arrival.js';

/**
 * A process whose rate follows a profile: drawn at a rate of 1 in operational time s, and put at t = Λ⁻¹(s), the time by which
 * the profile expects s arrivals. Exact, not an approximation in steps: a Poisson process becomes the inhomogeneous one,
 * even gaps become gaps that each expect one arrival, gamma gaps keep their coefficient of variation in operational time.
 *
 * @param unitArrivals arrivals of the process at rate 1
 * @see Çinlar, Introduction to Stochastic Processes, 1975, 4.7; Gerhardt & Nelson, Transforming renewal processes for
 *      simulation of nonstationary arrival processes, INFORMS J. on Computing 21(4), 2009 (the inversion method)
 */
export function profiledArrivals(unitArrivals: NextArrival, profile: RateProfile): NextArrival {
  const timeOf = inverseCumulativeRate(profile);
  let last = 0;
  // Two arrivals closer than a double tells apart could change places: the merge of a plan relies on their order.
  return () => (last = Math.max(last, timeOf(unitArrivals())));
}
