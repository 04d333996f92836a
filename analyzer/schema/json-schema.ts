import { z } from 'zod';
import { analysisSchema } from './analysis.js';

/**
 * The JSON Schema of an analysis, as `docs/analysis.schema.json` holds it. Its `$id` is a name and no address, since
 * nobody promises to serve one for as long as papers are read.
 */
export function analysisJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(analysisSchema, { target: 'draft-2020-12', override: plainer });
  return {
    $schema,
    $id: 'urn:faaslab:analysis:1',
    title: 'faaslab analysis',
    description: 'What analysis.json and WorkloadAnalyzer --json hold (docs/analysis.md)',
    ...schema,
  };
}

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** What says nothing goes: the largest exact integer as bound, `anyOf` where a list of types does, that keys are text. */
function plainer({ jsonSchema }: { jsonSchema: JsonSchema }): void {
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  delete jsonSchema.propertyNames;
  const [given, nothing, ...others] = (jsonSchema.anyOf ?? []) as JsonSchema[];
  if (nothing?.type !== 'null' || others.length > 0 || typeof given?.type !== 'string' || given.enum) return;
  delete jsonSchema.anyOf;
  Object.assign(jsonSchema, given, { type: [given.type, 'null'] });
}
