import { z } from 'zod';
import { number, oneOf, text } from '../schema-words.js';

const price = (of: string) => number(`must be a price ${of}, a number ≥ 0`, { min: 0 });
const date = (requirement: string) => z.iso.date({ error: requirement });

/** One stretch of a month's GB-seconds at one price. */
const tierSchema = z.strictObject(
  {
    up_to_gb_s: number('must be GB-seconds a month > 0, or null', { above: 0 })
      .nullable()
      .describe("Where the tier ends, counted from the month's first GB-second; null = never, for the last tier"),
    price_per_gb_s: price('per GB-second').describe('GB-second: 1024 MB of memory limit for a second'),
  },
  { error: 'must be a tier: an object of up_to_gb_s and price_per_gb_s and nothing else' },
);

const tiersSchema = z
  .array(tierSchema, { error: 'must be a list of tiers, the cheapest volume first' })
  .min(1, { error: 'must hold at least one tier' });

/**
 * A table of prices. Strict: a key that nobody knows is an error, since a price that is silently not applied would make
 * every cost wrong. Rules between values are in load.ts.
 */
export const priceTableSchema = z.strictObject(
  {
    $schema: text('must be the address of a JSON Schema').optional(),
    format: oneOf(['faaslab-prices/1']),
    name: text('must be the name of a platform, such as "AWS Lambda"').describe('As people call the platform'),
    platform: oneOf(['lambda']).describe('The kind of endpoint whose bill this is'),
    region: text('must be the name of a region'),
    date: date('must be a day such as "2026-09-19"').describe('The day on which these prices were published'),
    source: text('must say where these prices stand').describe('An address where these prices can be looked up'),
    currency: text('must be a currency such as "USD"'),
    granularity_ms: number('must be a number of milliseconds > 0', { above: 0 }).describe(
      'Durations are rounded up to a multiple of it, and are at least once as long',
    ),
    init_billed_since: date('must be a day such as "2025-08-01", or null')
      .nullable()
      .describe('From this day (UTC) on the bill holds the init; null = it never does'),
    price_per_million_requests: price('per million requests'),
    asynchronous_event: z
      .strictObject(
        {
          first_bytes: number('must be a number of bytes ≥ 0', { min: 0 }).describe('What one request pays for'),
          step_bytes: number('must be a number of bytes > 0', { above: 0 }).describe('Each begun step is one more'),
        },
        { error: 'must be an object of first_bytes and step_bytes, or null' },
      )
      .nullish()
      .describe('Large events of calls that do not wait count as several requests; absent or null = they do not'),
    architectures: z
      .strictObject({ x86_64: tiersSchema.optional(), arm64: tiersSchema.optional() }, { error: 'must be an object' })
      .describe("Tiers of a month's GB-seconds; those of one architecture do not count for the other"),
    free_tier: z
      .strictObject(
        {
          requests: number('must be a number of requests ≥ 0', { min: 0 }),
          gb_s: number('must be a number of GB-seconds ≥ 0', { min: 0 }),
        },
        { error: 'must be an object of requests and gb_s, or null' },
      )
      .nullable()
      .describe('What costs nothing in each month; null = there is no such thing'),
  },
  { error: 'must be an object: a table of prices' },
);

export type PriceTableInput = z.output<typeof priceTableSchema>;
