import type { Manifest } from '../records/manifest.js';
import type { Tables } from '../records/tables.js';
import { leastRowsOfQuantile, tooFew } from '../statistics/intervals.js';
import type { ThresholdsConfig } from '../workload/model.js';
import { parseThresholds, type Threshold } from '../workload/thresholds.js';
import type { ThresholdResult } from './analysis.js';
import { whyNoShare } from '../statistics/known-share.js';

/**
 * The config's thresholds on the full records. `met` is null, and `note` says why, where no row can tell, where a quantile
 * rests on fewer than 10/(1 − q) rows, as everywhere, and where the known cold starts say nothing of the others.
 * @throws ConfigError if the manifest's thresholds say nothing
 */
export async function judgeThresholds(tables: Tables, { config }: Manifest): Promise<ThresholdResult[]> {
  const instances = Object.keys((config['instances'] ?? {}) as Record<string, unknown>);
  const thresholds = parseThresholds((config['thresholds'] ?? {}) as ThresholdsConfig, instances);
  const results: ThresholdResult[] = [];
  for (const threshold of thresholds) {
    const { scope, metric, statistic, comparison, limit } = threshold;
    const [row] = await tables.query<Judged>(
      `SELECT ${aggregateOf(threshold)} AS value, count(${columnOf(threshold)}) AS n, count(*) FILTER (cold) AS cold,
         count(*) FILTER (attempts IS NOT NULL AND NOT is_sequence AND cold IS NULL) AS cold_unknown
       FROM joined WHERE $scope IS NULL OR instance = $scope`,
      { scope },
    );
    const note = whyNotJudged(threshold, row!);
    const value = note === null ? row!.value : null;
    results.push({
      name: statistic === null ? metric : `${metric}.${statistic}`,
      scope: scope ?? 'overall',
      condition: `${comparison} ${limit}`,
      value,
      met: value === null ? null : COMPARISONS[comparison](value, limit),
      note,
    });
  }
  return results;
}

interface Judged {
  value: number | null;
  n: number;
  cold: number;
  cold_unknown: number;
}

function whyNotJudged(threshold: Threshold, { value, n, cold, cold_unknown }: Judged): string | null {
  if (value === null) return 'no row has that value';
  if (threshold.metric === 'cold_share') return whyNoShare(n, cold, cold_unknown);
  const p = quantileOf(threshold);
  // p0 and p100 are the least and the greatest, which are themselves
  if (p === null || p <= 0 || p >= 1) return null;
  const least = leastRowsOfQuantile(p);
  return n < least ? tooFew(n, least) : null;
}

function quantileOf({ statistic }: Threshold): number | null {
  return statistic?.startsWith('p') === true ? Number(statistic.slice(1)) / 100 : null;
}

function columnOf({ metric }: Threshold): string {
  return { error_rate: 'failed', cold_share: 'cold' }[metric as string] ?? metric;
}

const COMPARISONS: Record<Threshold['comparison'], (value: number, limit: number) => boolean> = {
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
};

/** Metric and statistic are words that parseThresholds knows, never text of a config. */
function aggregateOf(threshold: Threshold): string {
  const { metric, statistic } = threshold;
  if (metric === 'error_rate') return 'avg(failed::INTEGER)';
  if (metric === 'cold_share') return 'avg(cold::INTEGER)';
  const aggregates: Record<string, string> = { mean: 'avg', min: 'min', max: 'max' };
  const aggregate = aggregates[statistic!];
  return aggregate === undefined ? `quantile_cont(${metric}, ${quantileOf(threshold)})` : `${aggregate}(${metric})`;
}
