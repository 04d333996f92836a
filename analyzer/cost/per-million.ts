import type { Estimate } from '../../statistics/estimate.js';
import { estimateMeanOfSections } from '../../statistics/intervals.js';
import { marginalPrice, monthlyBill, type Rates, type Usage } from './bill.js';

const MILLION = 1e6;

/** What an invocation uses on average, of all n and of each of ten equal sections in the order of the plan. */
export interface CostSample {
  n: number;
  mean: Usage;
  /** empty where there are too few invocations for an interval */
  sections: readonly Usage[];
}

/**
 * What a million such invocations in one month would cost, tiers applied, without the free tier: C(10⁶·ḡ, 10⁶·r̄) of the mean
 * GB-seconds and requests of an invocation. Its 95 % interval is that of the mean of p·gᵢ + q·rᵢ with the marginal prices
 * p, q there (delta method; exact as long as no border of a tier is near, which a million invocations hardly ever reach),
 * by sectioning as of every mean (statistics/intervals.ts).
 */
export function costPerMillion({ n, mean, sections }: CostSample, rates: Rates): Estimate {
  const atMarginalPrices = ({ gbS, requests }: Usage): number =>
    MILLION * gbS * marginalPrice(MILLION * mean.gbS, rates.tiers) + requests * rates.pricePerMillionRequests;
  const linear = atMarginalPrices(mean);
  const costs = sections.map(atMarginalPrices);
  // Every execution takes time and memory, so a cost is 0 only where a price is, and then all are.
  const estimate = estimateMeanOfSections(n, linear, costs, linear > 0);
  const value = monthlyBill(ofAMillion(mean), rates, { withFreeTier: false });
  // What lower tiers cost more than the marginal one: the same for the value and for both ends.
  const dearer = value - linear;
  const shifted = (end: number | null): number | null => (end === null ? null : end + dearer);
  return { ...estimate, value, low: shifted(estimate.low), high: shifted(estimate.high) };
}

/** The same bill with the free tier taken off, as an account pays that uses it for nothing else. */
export function costPerMillionWithFreeTier({ mean }: Pick<CostSample, 'mean'>, rates: Rates): number {
  return monthlyBill(ofAMillion(mean), rates, { withFreeTier: true });
}

function ofAMillion({ gbS, requests }: Usage): Usage {
  return { gbS: MILLION * gbS, requests: MILLION * requests };
}
