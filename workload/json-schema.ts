import { z } from 'zod';
import { priceTableSchema } from './prices/schema.js';
import { configSchema } from './schema.js';

/**
 * The JSON Schema of workload configs, as `configs/schema.json` holds it: for editors, and for people without faaslab.
 * Draft 7, because that is what editors know. Rules between keys are checked by `loadWorkload` alone.
 */
export function configJsonSchema(): Record<string, unknown> {
  return jsonSchemaOf(configSchema, 'faaslab workload config');
}

/** The JSON Schema of tables of prices, as `configs/prices/schema.json` holds it. */
export function pricesJsonSchema(): Record<string, unknown> {
  return jsonSchemaOf(priceTableSchema, 'faaslab table of prices');
}

function jsonSchemaOf(of: z.ZodType, title: string): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(of, { io: 'input', target: 'draft-7' });
  return { $schema, title, ...schema };
}
