import type { RandomStream } from '../../common/random.js';
import { exponential, naturalLog } from './exact-math.js';
import { afterGaps, type NextArrival } from './next-arrival.js';

/**
 * Renewal process with gamma-distributed gaps: bursty for cv > 1, regular for cv < 1, Poisson at cv = 1.
 * Shape k = 1/cv², scale θ = cv²/rate, so that the mean gap is 1/rate and its coefficient of variation is cv.
 *
 * @param rate arrivals per second, > 0
 * @param cv   coefficient of variation of the gaps, > 0
 */
export function gammaArrivals(rate: number, cv: number, random: RandomStream): NextArrival {
  const shape = 1 / (cv * cv);
  const scale = (cv * cv) / rate;
  return afterGaps(() => scale * gammaVariate(shape, random));
}

/**
 * A gamma variate of scale 1. For shape < 1: one of shape + 1, times u^(1/shape).
 * @see Marsaglia & Tsang, A simple method for generating gamma variables, ACM TOMS 26(3), 2000
 */
function gammaVariate(shape: number, random: RandomStream): number {
  if (shape < 1) {
    return gammaVariate(shape + 1, random) * exponential(naturalLog(1 - random()) / shape);
  }
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normalVariate(random);
    const root = 1 + c * x;
    if (root <= 0) continue;
    const v = root * root * root;
    if (naturalLog(1 - random()) < 0.5 * x * x + d - d * v + d * naturalLog(v)) return d * v;
  }
}

/** A standard normal variate by the polar method; its twin is thrown away, so that a stream has no hidden state. */
function normalVariate(random: RandomStream): number {
  for (;;) {
    const x = 2 * random() - 1;
    const y = 2 * random() - 1;
    const s = x * x + y * y;
    if (s > 0 && s < 1) return x * Math.sqrt((-2 * naturalLog(s)) / s);
  }
}
