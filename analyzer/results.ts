import type { Tables } from '../records/tables.js';
import { sqlOf } from './sql.js';

/** One of the distinct results of a function. */
export interface FunctionResult {
  function: string;
  /** JSON text, or whatever was answered; may hold anything */
  result: string;
  count: number;
  /** how many distinct results the function has in all */
  distinct_results: number;
}

/** The first distinct results of each function with their counts; needs `joined` and `responses`. */
export function functionResults(tables: Tables, limit: number): Promise<FunctionResult[]> {
  return tables.query<FunctionResult>(sqlOf('results'), { limit });
}
