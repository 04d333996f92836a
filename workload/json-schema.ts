import { z } from 'zod';
import { configSchema } from './schema.js';

/**
 * The JSON Schema of workload configs, as `configs/schema.json` holds it: for editors, and for people without faaslab.
 * Draft 7, because that is what editors know. Rules between keys are checked by `loadWorkload` alone.
 */
export function configJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(configSchema, { io: 'input', target: 'draft-7' });
  return { $schema, title: 'faaslab workload config', ...schema };
}
