import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../common/package-root.js';
import type { RecordFormat } from '../../records/record-format.js';

/**
 * Activations as OpenWhisk keeps them: documents of CouchDB, or records of its API (full or from a list).
 * @see docs/columns.md for the meaning of each column, sql/activation_rows.sql for how it is read
 */
export const OPENWHISK_RECORDS: RecordFormat = {
  fields: {
    activationId: 'JSON',
    namespace: 'JSON',
    name: 'JSON',
    start: 'JSON',
    end: 'JSON',
    duration: 'JSON',
    cause: 'JSON',
    statusCode: 'JSON',
    annotations: 'STRUCT("key" VARCHAR, "value" JSON)[]',
    response: 'STRUCT(statusCode JSON, status JSON, success JSON, result JSON)',
  },
  prelude: sqlOf('json_values'),
  rows: sqlOf('activation_rows'),
};

/** A record without what is not read of it: logs may be as long as ten megabytes. */
export function neededOf(record: unknown): unknown {
  if (typeof record !== 'object' || record === null || Array.isArray(record)) return record;
  return Object.fromEntries(Object.entries(record).filter(([field]) => Object.hasOwn(OPENWHISK_RECORDS.fields, field)));
}

function sqlOf(name: string): string {
  return readFileSync(join(packageRoot, 'platforms', 'openwhisk', 'sql', `${name}.sql`), 'utf8');
}
