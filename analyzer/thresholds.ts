import type { Manifest } from '../records/manifest.js';
import type { Tables } from '../records/tables.js';
import type { ThresholdsConfig } from '../workload/model.js';
import { parseThresholds, type Threshold } from '../workload/thresholds.js';
import type { ThresholdResult } from './analysis.js';

/**
 * The config's thresholds on the full records. `met` is null where no row can tell.
 * @throws ConfigError if the manifest's thresholds say nothing
 */
export async function judgeThresholds(tables: Tables, { config }: Manifest): Promise<ThresholdResult[]> {
  const instances = Object.keys((config['instances'] ?? {}) as Record<string, unknown>);
  const thresholds = parseThresholds((config['thresholds'] ?? {}) as ThresholdsConfig, instances);
  const results: ThresholdResult[] = [];
  for (const threshold of thresholds) {
    const { scope, metric, statistic, comparison, limit } = threshold;
    const [row] = await tables.query<{ value: number | null }>(
      `SELECT ${aggregateOf(threshold)} AS value FROM joined WHERE $scope IS NULL OR instance = $scope`,
      { scope },
    );
    const value = row!.value;
    results.push({
      name: statistic === null ? metric : `${metric}.${statistic}`,
      scope: scope ?? 'overall',
      condition: `${comparison} ${limit}`,
      value,
      met: value === null ? null : COMPARISONS[comparison](value, limit),
    });
  }
  return results;
}

const COMPARISONS: Record<Threshold['comparison'], (value: number, limit: number) => boolean> = {
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
};

/** Metric and statistic are words that parseThresholds knows, never text of a config. */
function aggregateOf({ metric, statistic }: Threshold): string {
  if (metric === 'error_rate') return 'avg(failed::INTEGER)';
  if (metric === 'cold_share') return 'avg(cold::INTEGER)';
  const aggregates: Record<string, string> = { mean: 'avg', min: 'min', max: 'max' };
  const aggregate = aggregates[statistic!];
  return aggregate === undefined
    ? `quantile_cont(${metric}, ${Number(statistic!.slice(1)) / 100})`
    : `${aggregate}(${metric})`;
}
