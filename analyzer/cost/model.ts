import type { Estimate } from '../../statistics/estimate.js';
import type { Architecture } from '../../workload/prices/architectures.js';
import type { PriceTable } from '../../workload/prices/load.js';

/**
 * What the executions of a run cost at the list prices of a table (first tier, without the free tier), in its currency.
 * The figures of the whole run are the sums of those of its functions.
 */
export interface Cost extends CostFigures {
  table: Pick<PriceTable, 'name' | 'region' | 'date' | 'source' | 'currency' | 'sha256'>;
  architecture: Architecture;
  /** `bill`: the platform of this run bills by this table; `estimate`: what follows is what it would bill */
  basis: 'bill' | 'estimate';
  /** the same as a phrase that names table and architecture */
  meaning: string;
  /** whether the bill holds the init, by the day of the run; what a platform told to have billed stands as told */
  init_billed: boolean;
  functions: FunctionCost[];
}

export interface FunctionCost extends CostFigures {
  /** the function as the config names it; what a sequence executes is the sequence's */
  name: string;
}

/** Requests, GB-seconds and costs are those of the executions that are priced; null where none is. */
export interface CostFigures {
  /** executions of which memory limit and billed time are known: every attempt, and every component of a sequence */
  priced: number;
  /** executions that lack one of them, and invocations that were or may have been executed but have no record */
  unpriced: number;
  requests: number | null;
  gb_s: number | null;
  /** what the inits (or restores of a snapshot) among them added to it; null where nothing tells which were cold */
  init_gb_s: number | null;
  compute_cost: number | null;
  request_cost: number | null;
  /** compute_cost + request_cost */
  total: number | null;
  /** a million such invocations in a month with tiers, without the free tier; n = invocations of which all is priced */
  per_million: Estimate;
  /** the same with the free tier; null also where the table has none */
  per_million_with_free_tier: number | null;
  /** why there is no cost, or what it leaves out; null where everything is in it */
  note: string | null;
}
