import type { Estimate } from '../../statistics/estimate.js';
import { estimateMean } from '../../statistics/intervals.js';
import { sectionedFrom, SECTIONS, tInterval } from '../../statistics/sectioning.js';
import { marginalPrice, monthlyBill, type Rates, type Usage } from './bill.js';

/** From so many invocations on their stretches are averaged in the database; below, estimateMean gets the rows. */
export const LEAST_FOR_SECTIONS = 20 * SECTIONS;
const MILLION = 1e6;

/** What an invocation uses on average, and what its parts in the order of the plan use: rows, or from 200 rows on sections. */
export interface CostSample {
  n: number;
  mean: Usage;
  parts: readonly Usage[];
}

/**
 * What a million such invocations in one month would cost, tiers applied, without the free tier: C(10⁶·ḡ, 10⁶·r̄) of the mean
 * GB-seconds and requests of an invocation. Its 95 % interval is that of the mean of p·gᵢ + q·rᵢ with the marginal prices
 * p, q there (delta method; exact as long as no border of a tier is near, which a million invocations hardly ever reach),
 * by sectioning or the bootstrap as of every mean (statistics/intervals.ts).
 */
export function costPerMillion({ n, mean, parts }: CostSample, rates: Rates, seed: number): Estimate {
  const atMarginalPrices = ({ gbS, requests }: Usage): number =>
    MILLION * gbS * marginalPrice(MILLION * mean.gbS, rates.tiers) + requests * rates.pricePerMillionRequests;
  const linear = atMarginalPrices(mean);
  const costs = parts.map(atMarginalPrices);
  const estimate =
    n < LEAST_FOR_SECTIONS ? estimateMean(Float64Array.from(costs), { seed }) : bySections(linear, costs, n);
  const value = monthlyBill(ofAMillion(mean), rates, { withFreeTier: false });
  // What lower tiers cost more than the marginal one: the same for the value and for both ends.
  const dearer = value - linear;
  const shifted = (end: number | null): number | null => (end === null ? null : end + dearer);
  return { ...estimate, value, low: shifted(estimate.low), high: shifted(estimate.high) };
}

/** The same bill with the free tier taken off, as an account pays that uses it for nothing else. */
export function costPerMillionWithFreeTier({ mean }: CostSample, rates: Rates): number {
  return monthlyBill(ofAMillion(mean), rates, { withFreeTier: true });
}

function ofAMillion({ gbS, requests }: Usage): Usage {
  return { gbS: MILLION * gbS, requests: MILLION * requests };
}

/** As estimateMean does it, on logarithms where all are positive. */
function bySections(value: number, costs: readonly number[], n: number): Estimate {
  const positive = value > 0 && costs.every((cost) => cost > 0);
  const scaled = positive ? costs.map(Math.log) : costs;
  const ends = tInterval(sectionedFrom(positive ? Math.log(value) : value, scaled));
  const [low, high] = positive ? ends.map(Math.exp) : ends;
  return { value, low: low!, high: high!, n, method: 'sectioning', note: null };
}
