import { join } from 'node:path';
import { CLIENT_TIMES } from '../records/client-times.js';
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
  /** rows with a value */
  n: number;
  /** null where no row has a value: it cannot be judged, which is not the same as met */
  met: boolean | null;
  /** invocations that were only accepted may still fail: the analyzer has the last word on the error rate */
  provisional: boolean;
  /** only the platform's records tell it: the analyzer judges it */
  byAnalyzer: boolean;
}

/** What the client alone can measure; the platform's times are judged by the analyzer. */
const CLIENT_VALUES: Partial<Record<Threshold['metric'], string>> = {
  response_ms: CLIENT_TIMES.response_ms,
  service_ms: CLIENT_TIMES.service_ms,
  lateness_ms: CLIENT_TIMES.lateness_ms,
  send_lag_ms: CLIENT_TIMES.send_lag_ms,
  error_rate: "CASE WHEN outcome <> 'ok' THEN 1 ELSE 0 END",
};

/** Judges the thresholds that need no record of the platform; the others are left to the analyzer, and named. */
export async function judgeThresholds(directory: string, workload: Workload): Promise<ThresholdVerdict[]> {
  const names = workload.instances.map(({ name }) => name);
  const thresholds = parseThresholds(workload.thresholds, names);
  const [own, others] = [true, false].map((mine) =>
    thresholds.filter(({ metric }) => metric in CLIENT_VALUES === mine),
  );
  const left = others!.map(leftToAnalyzer);
  if (own!.length === 0) return left;
  const tables = await openTables();
  try {
    await tables.view('invocations', join(directory, RUN_FILES.invocations));
    const verdicts: ThresholdVerdict[] = [];
    for (const threshold of own!) {
      const [row] = await tables.query<{ value: number | null; n: number; accepted: number }>(
        selectOf(threshold),
        boundOf(threshold),
      );
      const { value, n, accepted } = row!;
      verdicts.push({
        condition: conditionOf(threshold),
        value,
        n,
        met: value === null ? null : holds(value, threshold),
        provisional: threshold.metric === 'error_rate' && accepted > 0,
        byAnalyzer: false,
      });
    }
    return [...verdicts, ...left];
  } finally {
    tables.close();
  }
}

function leftToAnalyzer(threshold: Threshold): ThresholdVerdict {
  return { condition: conditionOf(threshold), value: null, n: 0, met: null, provisional: false, byAnalyzer: true };
}

function selectOf({ scope, metric, statistic }: Threshold): string {
  const aggregate =
    statistic === null || statistic === 'mean'
      ? 'avg(x)'
      : statistic === 'min' || statistic === 'max'
        ? `${statistic}(x)`
        : `quantile_cont(x, ${Number(statistic.slice(1)) / 100})`;
  const where = scope === null ? '' : 'WHERE instance = $scope';
  return `SELECT ${aggregate} AS value, count(x) AS n, count(*) FILTER (accepted) AS accepted
    FROM (SELECT ${CLIENT_VALUES[metric]} AS x, is_accepted(outcome, status) AS accepted FROM invocations ${where})`;
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
