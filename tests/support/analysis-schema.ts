import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { packageRoot } from '../../common/package-root.js';

export const ANALYSIS_SCHEMA_FILE = join(packageRoot, 'docs', 'analysis.schema.json');

/** In its strict mode the validator also refuses a schema with words that it does not know or that mean nothing. */
const validator = new Ajv2020({ allErrors: true, allowUnionTypes: true, strict: true });

/**
 * Holds analyses against the published file, as a stranger to this code would.
 * @returns what is wrong with one, a line each: the place and the rule
 */
export function publishedSchema(): (analysis: unknown) => string[] {
  const validate = validator.compile(JSON.parse(readFileSync(ANALYSIS_SCHEMA_FILE, 'utf8')) as object);
  return (analysis) => {
    if (validate(analysis)) return [];
    return validate.errors!.map(
      ({ instancePath, message, params }) => `${instancePath}: ${message} ${JSON.stringify(params)}`,
    );
  };
}
