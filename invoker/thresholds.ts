import { join } from 'node:path';
import { RUN_FILES } from '../records/run-directory.js';
import { type Bound, openTables } from '../records/tables.js';
import type { Workload } from '../workload/model.js';
import { parseThresholds, type Threshold } from '../workload/thresholds.js';

/** A threshold of the config against the client's records. */
export interface ThresholdVerdict {
  /** as in the config, e.g. `instance1: response_ms.p99 < 500` */
  condition: string;
  /** null where no row has a value */
  value: number | null;
  met: boolean;
}

/** What the client alone can measure; the platform's times are judged by the analyzer. */
const CLIENT_VALUES: Partial<Record<Threshold['metric'], string>> = {
  response_ms: 'CASE WHEN status IS NOT NULL THEN end_ms - planned_ms END',
  service_ms: 'CASE WHEN status IS NOT NULL THEN end_ms - sent_ms END',
  lateness_ms: 'fired_ms - planned_ms',
  send_lag_ms: 'sent_ms - planned_ms',
  error_rate: "CASE WHEN outcome <> 'ok' THEN 1 ELSE 0 END",
};

/** Judges the thresholds that need no record of the platform. A threshold about nothing is not met. */
export async function judgeThresholds(directory: string, workload: Workload): Promise<ThresholdVerdict[]> {
  const names = workload.instances.map(({ name }) => name);
  const thresholds = parseThresholds(workload.thresholds, names).filter(({ metric }) => metric in CLIENT_VALUES);
  if (thresholds.length === 0) return [];
  const tables = await openTables();
  try {
    await tables.view('invocations', join(directory, RUN_FILES.invocations));
    const verdicts: ThresholdVerdict[] = [];
    for (const threshold of thresholds) {
      const [row] = await tables.query<{ value: number | null }>(selectOf(threshold), boundOf(threshold));
      const value = row?.value ?? null;
      verdicts.push({ condition: conditionOf(threshold), value, met: value !== null && holds(value, threshold) });
    }
    return verdicts;
  } finally {
    tables.close();
  }
}

function selectOf({ scope, metric, statistic }: Threshold): string {
  const aggregate =
    statistic === null || statistic === 'mean'
      ? 'avg(x)'
      : statistic === 'min' || statistic === 'max'
        ? `${statistic}(x)`
        : `quantile_cont(x, ${Number(statistic.slice(1)) / 100})`;
  const where = scope === null ? '' : 'WHERE instance = $scope';
  return `SELECT ${aggregate} AS value FROM (SELECT ${CLIENT_VALUES[metric]} AS x FROM invocations ${where})`;
}

function boundOf({ scope }: Threshold): Record<string, Bound> {
  return scope === null ? {} : { scope };
}

function holds(value: number, { comparison, limit }: Threshold): boolean {
  switch (comparison) {
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
  }
}

function conditionOf({ scope, metric, statistic, comparison, limit }: Threshold): string {
  const what = statistic === null ? metric : `${metric}.${statistic}`;
  return `${scope === null ? '' : `${scope}: `}${what} ${comparison} ${limit}`;
}
