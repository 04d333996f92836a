import { MOST_WITH_INTERVALS, type TrendPoint } from '../curves/trend.js';
import { span } from './chart.js';
import { shownTrends, type TrendSeries } from './trend-series.js';

/** What points, lines and bars are, on how much they rest, and what is not drawn. */
export function trendCaption(
  points: readonly TrendPoint[],
  series: readonly TrendSeries[],
  severalFunctions: boolean,
): string {
  const rows = points.map((point) => point.rows);
  const shown = shownTrends(series).length;
  return [
    `Each point is a function in a run, of ${span(rows, 'row')}; runs of one test are joined.`,
    severalFunctions ? 'Those of one run stand beside each other, around its start.' : '',
    points.some(({ valid }) => !valid) ? 'Crossed out: invalid runs.' : '',
    points.length <= MOST_WITH_INTERVALS
      ? 'Bars are each run’s own 95 % interval (times and throughput by sectioning, tails by the moving-block bootstrap, few errors by Wilson’s score), none where it has too few rows: they do not tell how much two runs of the same thing differ, which the points do.'
      : `Of more than ${MOST_WITH_INTERVALS} points no intervals are drawn.`,
    shown < series.length
      ? `${shown} of ${series.length} functions of tests are drawn: those of the sides before the others, those with the most runs first.`
      : '',
  ]
    .filter(Boolean)
    .join(' ');
}
