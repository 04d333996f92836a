import type { Tables } from '../records/tables.js';
import type { ErrorKind } from './analysis.js';
import { sqlOf } from './sql.js';

/** Failures by function and kind, the most frequent first; needs `joined` and `responses`. */
export function errorKinds(tables: Tables): Promise<ErrorKind[]> {
  return tables.query<ErrorKind>(sqlOf('errors'));
}
