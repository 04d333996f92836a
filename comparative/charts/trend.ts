import { coloursOf, PALETTE, PLOT_WIDTH } from '../../plotting/theme.js';
import { groupedBy } from '../curves/grouped-by.js';
import { MOST_WITH_INTERVALS, TREND_MEASURES, type TrendMeasure, type TrendPoint } from '../curves/trend.js';
import { counted, logAxis, type Chart, type NoChart } from './chart.js';
import type { Scene } from './scene.js';
import { seriesName } from './series-name.js';

const NAME = 'trend';

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

/**
 * p50, p99, error rate and throughput of each test over the time at which its runs began; runs of one test are joined, invalid
 * ones are crosses.
 */
export function trendChart(
  scene: Scene,
  points: readonly TrendPoint[],
  series: readonly TrendSeries[],
): Chart | NoChart {
  const starts = new Set(points.map(({ startEpochMs }) => startEpochMs));
  if (starts.size < 2) return { name: NAME, why: 'A trend needs two runs that began at different times.' };
  const single = new Set(series.map((each) => each.function)).size === 1;
  const names = points.map((point) => ({
    ...point,
    // With one function everywhere, its name says nothing.
    series: single ? seriesName(point.test, point.test) : seriesName(point.test, point.function),
  }));
  const panels = TREND_MEASURES.flatMap((measure) => {
    const values = rowsOf(names, measure);
    return values.length === 0 ? [] : [{ measure, values }];
  });
  if (panels.length === 0) return { name: NAME, why: 'Nothing was measured that could be followed over time.' };
  const color = {
    field: 'series',
    type: 'nominal',
    scale: coloursOf(names.map((each) => each.series)),
    legend: { columns: { expr: 'max(1, floor(width / 190))' } },
  };
  const title = 'From run to run';
  return {
    name: NAME,
    title,
    caption: captionOf(points, series),
    spec: {
      title,
      vconcat: panels.map(({ measure, values }, i) => panelOf(scene, measure, values, color, i === panels.length - 1)),
      resolve: { scale: { color: 'shared', shape: 'shared' } },
    },
  };
}

interface TrendRow {
  series: string;
  run: string;
  start: number;
  value: number;
  low: number | null;
  high: number | null;
  verdict: 'valid' | 'invalid';
}

function rowsOf(points: readonly (TrendPoint & { series: string })[], measure: TrendMeasure): TrendRow[] {
  const scale = measure === 'error_rate' ? 100 : 1;
  const scaled = (value: number | null) => (value === null ? null : Number((scale * value).toPrecision(5)));
  return points.flatMap(({ series, run_id, startEpochMs, valid, [measure]: { value, low, high } }) =>
    value === null
      ? []
      : [
          {
            series,
            run: run_id,
            start: startEpochMs,
            value: scaled(value)!,
            low: scaled(low),
            high: scaled(high),
            verdict: valid ? 'valid' : 'invalid',
          },
        ],
  );
}

function titleOf({ time }: Scene, measure: TrendMeasure): string[] {
  if (measure === 'error_rate') return ['errors (%)'];
  if (measure === 'throughput') return ['throughput', '(1/s)'];
  return [`${time === 'response_ms' ? 'response' : 'latency'} ${measure}`, '(ms)'];
}

function panelOf(scene: Scene, measure: TrendMeasure, values: TrendRow[], color: object, last: boolean): object {
  const x = {
    field: 'start',
    type: 'temporal',
    title: last ? 'the run began (UTC)' : null,
    scale: { type: 'utc', nice: false, padding: 14 },
    axis: { labels: last, tickCount: 6, grid: true },
  };
  const y = { type: 'quantitative', title: titleOf(scene, measure), ...axisOf(measure, values) };
  const at = { ...y, field: 'value' };
  return {
    width: PLOT_WIDTH,
    height: 120,
    data: { values },
    layer: [
      { mark: { type: 'line', strokeWidth: 1.5, opacity: 0.7 }, encoding: { x, y: at, color } },
      {
        mark: { type: 'rule', strokeWidth: 1.5 },
        transform: [{ filter: 'isValid(datum.low)' }],
        encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' }, color },
      },
      {
        mark: { type: 'point', size: 45, opacity: 0.9 },
        encoding: {
          x,
          y: at,
          color,
          shape: {
            field: 'verdict',
            type: 'nominal',
            scale: { domain: ['valid', 'invalid'], range: ['circle', 'cross'] },
            legend: null,
          },
          size: {
            field: 'verdict',
            type: 'nominal',
            scale: { domain: ['valid', 'invalid'], range: [45, 130] },
            legend: null,
          },
          tooltip: [
            { field: 'series', title: 'of' },
            { field: 'run', title: 'run' },
            { field: 'value', title: measure, format: ',.4~r' },
            { field: 'low', title: 'from', format: ',.4~r' },
            { field: 'high', title: 'to', format: ',.4~r' },
          ],
        },
      },
    ],
  };
}

/** All panels keep the same room for their labels, so that one run stands at one place in each. */
const ROOM = { minExtent: 44, maxExtent: 44 };

function axisOf(measure: TrendMeasure, values: TrendRow[]): object {
  const ends = values.flatMap(({ value, low, high }) => [low ?? value, high ?? value]);
  if ((measure === 'p50' || measure === 'p99') && ends.every((end) => end > 0)) {
    const { domain, ticks } = logAxis(ends);
    return { scale: { type: 'log', domain, nice: false }, axis: { ...ROOM, values: ticks, format: ',~r', grid: true } };
  }
  return { scale: { zero: measure === 'error_rate' }, axis: { ...ROOM, tickCount: 4, format: ',~r', grid: true } };
}

function captionOf(points: readonly TrendPoint[], series: readonly TrendSeries[]): string {
  const rows = points.map((point) => point.rows);
  const [least, most] = [Math.min(...rows), Math.max(...rows)];
  const left = series.length - shownTrends(series).length;
  const with95 = points.length <= MOST_WITH_INTERVALS;
  return [
    `Each point is a run of ${least === most ? counted(most, 'row') : `${least.toLocaleString('en-US')} to ${counted(most, 'row')}`}; runs of one test are joined. Crosses: invalid runs.`,
    with95
      ? 'Bars are each run’s own 95 % interval (sectioning; for tails the block bootstrap, for few errors Wilson’s score), none where it has too few rows: they do not tell how much two runs of the same thing differ, which the points do.'
      : `Of more than ${MOST_WITH_INTERVALS} points no intervals are drawn.`,
    left > 0 ? `${counted(left, 'more series')} with fewer runs not drawn.` : '',
  ]
    .filter(Boolean)
    .join(' ');
}
