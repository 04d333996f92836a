import type { Tables } from '../../records/tables.js';
import type { Estimate } from '../../statistics/estimate.js';
import { SECTIONS, tInterval } from '../../statistics/sectioning.js';
import type { TimeColumn } from '../comparison.js';
import { invalidRuns } from '../invalid-runs.js';
import type { Merged, MergedRun } from '../merged.js';
import type { RunFigures } from '../run-figures.js';
import { servedRate } from '../throughput.js';
import { estimatesOf } from './run-estimates.js';

/** What is followed over the time of the archive. */
export const TREND_MEASURES = ['p50', 'p99', 'error_rate', 'throughput'] as const;
export type TrendMeasure = (typeof TREND_MEASURES)[number];

type Figure = Pick<Estimate, 'value' | 'low' | 'high'>;

/** A function in one run, at the time at which the run started. */
export interface TrendPoint extends Record<TrendMeasure, Figure> {
  run_id: string;
  test: string;
  function: string;
  startEpochMs: number;
  rows: number;
  valid: boolean;
}

/** Runs beyond which intervals would hide the points, and take long. */
export const MOST_WITH_INTERVALS = 100;

/**
 * The figures of each function of each run with the interval of that run alone: quantiles as in the comparison, errors as a
 * share (statistics/share.ts), throughput by sections of time (throughput.ts). The spread between runs is what the
 * points themselves show.
 *
 * @param series which functions of which tests
 */
export async function trendOf(
  merged: Merged,
  figures: readonly RunFigures[],
  series: readonly { test: string; function: string }[],
  { time, seed }: { time: TimeColumn; seed: number },
  tables: Tables,
): Promise<TrendPoint[]> {
  const invalid = new Set(invalidRuns(merged, null).map(({ run_id }) => run_id));
  const wanted = figures.flatMap((row) => {
    const run = merged.runs.find(({ run_id }) => run_id === row.run_id);
    if (row.scope !== 'function' || run === undefined || run.startEpochMs === null) return [];
    const inSeries = series.some((each) => each.test === run.test && each.function === row.function);
    return inSeries ? [{ run, row, startEpochMs: run.startEpochMs }] : [];
  });
  const points: TrendPoint[] = [];
  for (const { run, row, startEpochMs } of wanted) {
    const known: Record<TrendMeasure, Figure> =
      wanted.length > MOST_WITH_INTERVALS
        ? figuresAlone(row, time)
        : await figuresWithIntervals(run, row, { time, seed }, tables);
    points.push({
      run_id: run.run_id,
      test: run.test,
      function: row.function,
      startEpochMs,
      rows: row.rows,
      valid: !invalid.has(run.run_id),
      ...known,
    });
  }
  return points;
}

function figuresAlone(row: RunFigures, time: TimeColumn): Record<TrendMeasure, Figure> {
  const alone = (value: number | null) => ({ value, low: null, high: null });
  return {
    p50: alone(row.p50[time]),
    p99: alone(row.p99[time]),
    error_rate: alone(row.error_rate),
    throughput: alone(row.throughput),
  };
}

async function figuresWithIntervals(
  run: MergedRun,
  row: RunFigures,
  { time, seed }: { time: TimeColumn; seed: number },
  tables: Tables,
): Promise<Record<TrendMeasure, Figure>> {
  const options = { time, ps: [0.5, 0.99], answered: row.answered[time], seed };
  const { quantiles, errors } = await estimatesOf(run, row.function, options, tables);
  const [p50, p99] = quantiles as [Estimate, Estimate];
  return { p50, p99, error_rate: errors, throughput: await throughputOf(run, row, tables) };
}

async function throughputOf(run: MergedRun, row: RunFigures, tables: Tables): Promise<Figure> {
  const { throughput: value } = row;
  const served = value === null || !(value > 0) ? null : await servedRate(run, row, value, tables);
  if (served === null || served.relativeVariance === 0) return { value, low: null, high: null };
  const log = { value: Math.log(served.perS), variance: served.relativeVariance, df: SECTIONS - 1 };
  const [low, high] = tInterval(log);
  return { value, low: Math.exp(low), high: Math.exp(high) };
}
