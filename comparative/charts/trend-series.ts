import { PALETTE } from '../../plotting/theme.js';
import { groupedBy } from '../curves/grouped-by.js';
import type { Scene } from './scene.js';

/** A function of a test; how many runs of it there are. */
export interface TrendSeries {
  test: string;
  function: string;
  runs: number;
}

/** What can be followed: functions of tests with a run whose start is known, those with the most runs first. */
export function trendSeries({ result, time }: Pick<Scene, 'result' | 'time'>): TrendSeries[] {
  const { merged, figures } = result;
  const rows = figures.flatMap((row) => {
    const run = merged.runs.find(({ run_id }) => run_id === row.run_id);
    if (row.scope !== 'function' || run === undefined || run.startEpochMs === null) return [];
    return row.answered[time] > 0 || row.throughput !== null ? [{ test: run.test, function: row.function }] : [];
  });
  return [...groupedBy(rows, (row) => JSON.stringify([row.test, row.function])).values()]
    .map((own) => ({ ...own[0]!, runs: own.length }))
    .sort((a, b) => b.runs - a.runs);
}

/** Which of them are drawn: as many as there are colours. */
export function shownTrends(series: readonly TrendSeries[]): TrendSeries[] {
  return series.slice(0, PALETTE.length);
}
