import { z } from 'zod';
import { ARCHITECTURES } from '../../workload/prices/architectures.js';
import type { Cost, FunctionCost } from '../cost/model.js';
import { estimate } from './estimates.js';
import { count, countOrNull, describes, flag, list, positiveOrNull, sha256, text, textOrNull } from './words.js';

const figures = {
  priced: count(
    'Executions of which memory limit and billed time are known: every attempt, every component of a sequence',
  ),
  unpriced: count(
    'Executions that lack one of them, and invocations that were or may have been executed without a record',
  ),
  requests: countOrNull('Requests billed for the priced executions; null where none is priced'),
  gb_s: positiveOrNull('Σ memory limit / 2³⁰ bytes · billed seconds, of the priced; null where none is priced'),
  init_gb_s: positiveOrNull('What inits, or restores of a snapshot, added to `gb_s`; null where no record tells'),
  compute_cost: positiveOrNull("`gb_s` × the table's price of the first tier; null where none is priced"),
  request_cost: positiveOrNull("`requests` × the table's price of a request; null where none is priced"),
  total: positiveOrNull('compute_cost + request_cost, without the free tier; null where none is priced'),
  per_million: estimate.describe(
    'What a million such invocations in one month cost, tiers applied, without the free tier; n = invocations of which every execution is priced',
  ),
  per_million_with_free_tier: positiveOrNull(
    'The same after the free tier; null where nothing is priced or the table has none',
  ),
  note: textOrNull('Why there is no cost, or what it leaves out; null where everything is in it'),
};

const functionCost = describes<FunctionCost>()(
  z
    .strictObject({
      name: text('The function as the config names it; what a sequence executes is the sequence’s'),
      ...figures,
    })
    .meta({ id: 'FunctionCost', description: "What the executions of one function cost, in the table's currency" }),
);

export const cost = describes<Cost>()(
  z.strictObject({
    table: z
      .strictObject({
        name: text('The platform as people call it'),
        region: text('Of which region the prices are'),
        date: text('Day on which they were published, `YYYY-MM-DD`'),
        source: text('Where they can be looked up'),
        currency: text('Of all costs here, e.g. `USD`'),
        sha256: sha256('Of the file'),
      })
      .describe('The table of prices'),
    architecture: z.enum(ARCHITECTURES).describe('Whose prices were taken; no record tells it'),
    basis: z
      .enum(['bill', 'estimate'])
      .describe(
        '`bill`: the platform of this run bills by this table; `estimate`: what the same would be billed by it',
      ),
    meaning: text('The same as a phrase that names table and architecture'),
    init_billed: flag('Whether the init is billed, by the day of the run'),
    ...figures,
    functions: list(functionCost, 'The same figures of each function; those of the run are their sums'),
  }),
);
