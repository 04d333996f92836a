import { groupedBy } from '../curves/grouped-by.js';
import type { Scene } from './scene.js';
import { MOST_SERIES } from './series-marks.js';

/** A function of a test; how many runs of it there are. */
export interface TrendSeries {
  test: string;
  function: string;
  runs: number;
}

/** What can be followed: functions of tests with a run whose start is known; those of the sides first, then those with the most runs. */
export function trendSeries({ result, time }: Pick<Scene, 'result' | 'time'>): TrendSeries[] {
  const { merged, figures, sides } = result;
  const onSides = new Set([...(sides?.baseline.runs ?? []), ...(sides?.candidate.runs ?? [])]);
  const rows = figures.flatMap((row) => {
    const run = merged.runs.find(({ run_id }) => run_id === row.run_id);
    if (row.scope !== 'function' || run === undefined || run.startEpochMs === null) return [];
    const known = row.answered[time] > 0 || row.throughput !== null;
    return known ? [{ test: run.test, function: row.function, compared: onSides.has(run.run_id) }] : [];
  });
  return [...groupedBy(rows, (row) => JSON.stringify([row.test, row.function])).values()]
    .map((own) => ({ ...own[0]!, runs: own.length, compared: own.some(({ compared }) => compared) }))
    .sort((a, b) => Number(b.compared) - Number(a.compared) || b.runs - a.runs)
    .map(({ test, function: of, runs }) => ({ test, function: of, runs }));
}

/** Which of them are drawn: as many as can be told apart. */
export function shownTrends(series: readonly TrendSeries[]): TrendSeries[] {
  return series.slice(0, MOST_SERIES);
}
