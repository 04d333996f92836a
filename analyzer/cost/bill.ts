import type { PriceTable, PriceTier } from '../../workload/prices/load.js';

/** What is bought in a month. */
export interface Usage {
  gbS: number;
  requests: number;
}

/** Prices of one architecture. */
export type Rates = Pick<PriceTable, 'pricePerMillionRequests' | 'freeTier'> & { tiers: readonly PriceTier[] };

/**
 * The bill of a month: each GB-second at the price of the tier it falls in, and each request. The free tier is taken off
 * first and the tiers apply to what is left, as AWS's calculator does.
 *
 * @see https://aws.amazon.com/lambda/pricing/ and https://calculator.aws/#/addService/Lambda
 */
export function monthlyBill(
  { gbS, requests }: Usage,
  rates: Rates,
  { withFreeTier }: { withFreeTier: boolean },
): number {
  const free = (withFreeTier ? rates.freeTier : null) ?? { gbS: 0, requests: 0 };
  return (
    computeCharge(Math.max(0, gbS - free.gbS), rates.tiers) +
    requestCharge(Math.max(0, requests - free.requests), rates.pricePerMillionRequests)
  );
}

/** Σ over the tiers of the GB-seconds within each times its price. */
export function computeCharge(gbS: number, tiers: readonly PriceTier[]): number {
  let from = 0;
  let charge = 0;
  for (const { upToGbS, pricePerGbS } of tiers) {
    const end = Math.min(gbS, upToGbS ?? Infinity);
    charge += Math.max(0, end - from) * pricePerGbS;
    from = end;
  }
  return charge;
}

export function requestCharge(requests: number, pricePerMillion: number): number {
  return (requests / 1e6) * pricePerMillion;
}

/** The price of the next GB-second of a month that has had so many. */
export function marginalPrice(gbS: number, tiers: readonly PriceTier[]): number {
  return tiers.find(({ upToGbS }) => upToGbS === null || gbS < upToGbS)!.pricePerGbS;
}
