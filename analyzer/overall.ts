import type { Tables } from '../records/tables.js';
import { estimateQuantile } from '../statistics/intervals.js';
import { estimateShare } from '../statistics/share.js';
import type { OverallFigures } from './analysis.js';
import { sqlOf } from './sql.js';

type Series = Record<'response_ms' | 'acceptance_ms' | 'failed' | 'cold', number[] | null>;

/** The figures of all invocations together: what one who asks for a single number is told. */
export async function overallFigures(tables: Tables, seed: number): Promise<OverallFigures> {
  const [series] = await tables.query<Series>(sqlOf('overall_series'));
  const tails = (list: number[] | null) => {
    const values = Float64Array.from(list ?? []);
    return { p50: estimateQuantile(values, 0.5, { seed }), p99: estimateQuantile(values, 0.99, { seed }) };
  };
  return {
    answered: series!.response_ms?.length ?? 0,
    response_ms: tails(series!.response_ms),
    acceptance_ms: tails(series!.acceptance_ms),
    error_rate: estimateShare(series!.failed ?? []),
    cold_share: estimateShare(series!.cold ?? []),
  };
}
