import type { Comparison, Measure } from '../../comparative/comparison.js';
import type { Estimate } from '../../statistics/estimate.js';

/**
 * A comparison as Welch's t on five runs a side would tell it.
 * @param change null = there is no number
 */
export function comparison(
  measure: Measure,
  change: [value: number, low: number | null, high: number | null] | null,
  more: Partial<Comparison> = {},
): Comparison {
  const [value, low, high] = change ?? [null, null, null];
  const note = change === null ? 'too few (100 < 1,000)' : null;
  const estimate: Estimate = { value, low, high, n: 10, method: low === null ? 'none' : 'welch t', note };
  return {
    scope: 'function',
    name: 'hello',
    function: 'hello',
    measure,
    time: ['p50', 'p90', 'p99', 'mean'].includes(measure) ? 'response_ms' : null,
    by: measure === 'error_rate' || measure === 'cold_share' ? 'difference' : 'ratio',
    baseline: 1,
    candidate: 1,
    change: estimate,
    other: { ...estimate, value: null, low: null, high: null },
    p: 0.2,
    p_holm: 0.4,
    runs: { baseline: 5, candidate: 5 },
    rows: { baseline: 5_000, candidate: 5_000 },
    finding: change === null ? 'no number' : 'cannot tell',
    foresight: null,
    cost_basis: null,
    cliffs_delta: null,
    ...more,
  };
}

/** The foresight of so many runs a side, whose figure varies by a variance between runs. */
export function ofRuns(runs: number, variance: number): Comparison['foresight'] {
  const side = { n: runs, variance: variance / runs, df: 'n − 1' } as const;
  return { unit: 'run', baseline: side, candidate: side };
}
