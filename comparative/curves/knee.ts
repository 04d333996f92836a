/** What a function did at one offered rate: of several runs the medians. */
export interface LoadLevel {
  /** offered, 1/s */
  rate: number;
  /** served, 1/s */
  throughput: number;
  meanMs: number;
}

/** Where the load curve bends. */
export interface Knee {
  rate: number;
  /** the next higher rate that was offered: the bend lies between the two */
  next: number;
}

/** Offered rates below which no bend is looked for: two on either side and one in between. */
export const LEAST_RATES = 5;

/** Beyond the knee the power must fall below this part of its greatest, or the curve does not bend enough to be told from noise. */
const FALLS_TO = 2 / 3;

/**
 * The knee of a load curve: the offered rate with the greatest power = throughput / mean response time. Below it, more load
 * buys more throughput than it costs time; beyond it, the other way round. Of M/M/1 it is half the capacity; the more workers
 * serve, the nearer it comes to the capacity. A response time that is constant, or rises in a straight line, has none, as
 * power then grows all the way.
 *
 * Told only where five rates or more were offered, the greatest power is at neither the lowest nor the highest of them, and
 * at the highest it is below two thirds of the greatest.
 *
 * @param levels in any order, one a rate
 * @see Kleinrock, Power and deterministic rules of thumb for probabilistic problems in computer communications, ICC 1979;
 *      Jain, The Art of Computer Systems Performance Analysis, 1991, 3.3
 */
export function kneeOf(levels: readonly LoadLevel[]): Knee | null {
  const known = levels.filter(({ throughput, meanMs }) => throughput > 0 && meanMs > 0);
  if (known.length < LEAST_RATES) return null;
  const byRate = known.toSorted((a, b) => a.rate - b.rate);
  const powers = byRate.map(({ throughput, meanMs }) => throughput / meanMs);
  const greatest = powers.indexOf(Math.max(...powers));
  if (greatest === 0 || greatest === powers.length - 1) return null;
  if (!(powers.at(-1)! < FALLS_TO * powers[greatest]!)) return null;
  return { rate: byRate[greatest]!.rate, next: byRate[greatest + 1]!.rate };
}
