import type { RandomStream } from '../../common/random.js';
import { naturalLog } from '../arrivals/exact-math.js';

/**
 * Keeps each of a row of arrivals with probability p, independently: how many are skipped before the next one that is kept is
 * geometric, P(skips ≥ k) = (1 − p)^k, drawn by inversion as ⌊ln(1 − u)/ln(1 − p)⌋. One draw for each arrival that is kept.
 *
 * A Poisson process thinned so is a Poisson process of p times its rate.
 * @param p in (0, 1]; 1 skips none and draws nothing
 * @see Lewis & Shedler, Simulation of nonhomogeneous Poisson processes by thinning, 1979; Devroye, Non-Uniform Random Variate
 *      Generation, 1986, X.2
 */
export function geometricSkips(p: number, random: RandomStream): () => number {
  if (p >= 1) return () => 0;
  const logOfDropped = naturalLog(1 - p);
  return () => Math.floor(naturalLog(1 - random()) / logOfDropped);
}

/**
 * How many of the next n arrivals remain at `rate` times the rate: ⌊rate⌋ copies of each, and one more with the probability of
 * what is left of the rate, so that a whole rate multiplies exactly. Successive calls go on where the last one ended.
 * @param rate > 0
 */
export function scaledCounts(rate: number, random: RandomStream): (n: number) => number {
  const copies = Math.floor(rate);
  const p = rate - copies;
  if (p === 0) return (n) => copies * n;
  const skips = geometricSkips(p, random);
  let next = skips();
  return (n) => {
    let kept = 0;
    for (; next < n; next += 1 + skips()) kept += 1;
    next -= n;
    return copies * n + kept;
  };
}
