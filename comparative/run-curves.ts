import type { Tables } from '../records/tables.js';
import { leastRowsOfQuantile } from '../statistics/intervals.js';
import { rowsOfRun } from './combined-views.js';
import type { TimeColumn } from './comparison.js';
import type { MergedRun } from './merged.js';

/** The percentile curve of one function in one run. */
export interface RunCurve {
  run_id: string;
  function: string;
  /** ms at each of CURVE_PERCENTILES; null where fewer than 10 rows lie beyond */
  values: (number | null)[];
}

/** Where curves are known: dense towards the tail, since they are drawn on a scale of 1 − p. */
export const CURVE_PERCENTILES = [
  0.01, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.925, 0.95, 0.96, 0.97, 0.975, 0.98, 0.985, 0.99, 0.9925,
  0.995, 0.9975, 0.999,
];

/** The curves of every function in each run, read run by run. */
export async function curvesOfRuns(runs: MergedRun[], time: TimeColumn, tables: Tables): Promise<RunCurve[]> {
  const curves: RunCurve[] = [];
  for (const run of runs) {
    const rows = await tables.query<{ function: string; n: number; values: number[] }>(
      `SELECT function, count(${time}) AS n, quantile_cont(${time}, [${CURVE_PERCENTILES.join(', ')}]) AS values
       FROM ${rowsOfRun(run, ['function', time])} WHERE ${time} IS NOT NULL GROUP BY function`,
    );
    for (const { function: of, n, values } of rows) {
      const known = CURVE_PERCENTILES.map((p, i) => (n >= leastRowsOfQuantile(p) ? values[i]! : null));
      curves.push({ run_id: run.run_id, function: of, values: known });
    }
  }
  return curves;
}
