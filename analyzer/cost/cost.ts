import type { Manifest } from '../../records/manifest.js';
import type { Tables } from '../../records/tables.js';
import type { Estimate } from '../../statistics/estimate.js';
import type { Architecture } from '../../workload/prices/architectures.js';
import { packagePrices, tiersFor, type PriceTable } from '../../workload/prices/load.js';
import { requestCharge, type Rates, type Usage } from './bill.js';
import type { Cost, CostFigures } from './model.js';
import { costPerMillion, costPerMillionWithFreeTier } from './per-million.js';
import { basisOf, noteOf } from './phrases.js';
import { added, functionSums, NOTHING, sectionsOf, type Sums } from './sums.js';

export interface CostOptions {
  /** default: the newest table of the package */
  prices?: PriceTable | undefined;
  /** nothing in a record tells it; default x86_64 */
  architecture?: Architecture | undefined;
}

/**
 * What the run cost, or would have: GB-seconds and requests of every execution at the prices of a table, and what a million
 * such invocations would. Needs the tables `joined` and `activations`.
 *
 * @throws ConfigError if the table has no prices for the architecture
 * @see docs/cost.md
 */
export async function costOf(tables: Tables, manifest: Manifest, options: CostOptions): Promise<Cost> {
  const prices = options.prices ?? (await packagePrices(manifest.endpoint.region));
  const architecture = options.architecture ?? 'x86_64';
  const rates: Rates = { ...prices, tiers: tiersFor(prices, architecture) };
  const initBilled = isInitBilled(prices, manifest);
  const rows = await functionSums(tables, prices, initBilled);
  const sectionsIn = await sectionsOf(tables, 'function');
  const functions = rows.map(({ name, ...sums }) => ({
    name,
    ...figuresOf(sums, sectionsIn(name), rates),
  }));
  // A single function's rows are those of the run.
  const [only] = rows;
  const sections = rows.length === 1 ? sectionsIn(only!.name) : (await sectionsOf(tables, 'overall'))('overall');
  const { name, region, date, source, currency, sha256 } = prices;
  return {
    table: { name, region, date, source, currency, sha256 },
    architecture,
    ...basisOf(manifest, prices, architecture),
    init_billed: initBilled,
    ...figuresOf(rows.reduce<Sums>(added, NOTHING), sections, rates),
    functions,
  };
}

/** The day of the run decides, at midnight UTC. */
function isInitBilled({ initBilledSince }: PriceTable, { start_epoch_ms }: Manifest): boolean {
  return initBilledSince !== null && (start_epoch_ms ?? Infinity) >= Date.parse(initBilledSince);
}

/** At the price of the first tier: no run reaches its end, and what else the account bought in its month nobody knows. */
function figuresOf(sums: Sums, sections: Usage[], rates: Rates): CostFigures {
  const { priced, without_record, without_memory, without_time, gb_s, requests } = sums;
  const compute = gb_s === null ? null : gb_s * rates.tiers[0]!.pricePerGbS;
  const request = requests === null ? null : requestCharge(requests, rates.pricePerMillionRequests);
  return {
    priced,
    unpriced: without_record + without_memory + without_time,
    requests,
    gb_s,
    init_gb_s: sums.init_gb_s,
    compute_cost: compute,
    request_cost: request,
    total: compute === null || request === null ? null : compute + request,
    ...perMillion(sums, sections, rates),
    note: noteOf(sums),
  };
}

function perMillion(
  { n, mean_gb_s, mean_requests }: Sums,
  sections: Usage[],
  rates: Rates,
): Pick<CostFigures, 'per_million' | 'per_million_with_free_tier'> {
  if (mean_gb_s === null || mean_requests === null) {
    const note = 'no invocation has a known cost';
    const nothing: Estimate = { value: null, low: null, high: null, n: 0, method: 'none', note };
    return { per_million: nothing, per_million_with_free_tier: null };
  }
  const sample = { n, mean: { gbS: mean_gb_s, requests: mean_requests }, sections };
  return {
    per_million: costPerMillion(sample, rates),
    per_million_with_free_tier: rates.freeTier === null ? null : costPerMillionWithFreeTier(sample, rates),
  };
}
