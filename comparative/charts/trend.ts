import { coloursOf, PLOT_WIDTH } from '../../plotting/theme.js';
import { MOST_WITH_INTERVALS, TREND_MEASURES, type TrendMeasure, type TrendPoint } from '../curves/trend.js';
import { legendNames, linearDomain, logAxis, span, type Chart, type NoChart } from './chart.js';
import type { Scene } from './scene.js';
import { seriesName } from './series-name.js';
import { shownTrends, type TrendSeries } from './trend-series.js';

const NAME = 'trend';

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
  // With one function everywhere, its name says nothing.
  const full = points.map((point) => (single ? point.test : seriesName(point.test, point.function)));
  const distinct = [...new Set(full)];
  const short = legendNames(distinct);
  const names = points.map((point, i) => ({ ...point, series: short[distinct.indexOf(full[i]!)]! }));
  const panels = TREND_MEASURES.flatMap((measure) => {
    const values = rowsOf(names, measure);
    return values.length === 0 ? [] : [{ measure, values }];
  });
  if (panels.length === 0) return { name: NAME, why: 'Nothing was measured that could be followed over time.' };
  const color = {
    field: 'series',
    type: 'nominal',
    scale: coloursOf(names.map((each) => each.series)),
    legend: { columns: { expr: 'max(1, floor(width / 190))' }, symbolOpacity: 1 },
  };
  const title = 'From run to run';
  return {
    name: NAME,
    title,
    caption: captionOf(points, series),
    spec: {
      title,
      vconcat: panels.map(({ measure, values }, i) =>
        panelOf(scene, measure, values, { x: timeAxis([...starts], i === panels.length - 1), color }),
      ),
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

function panelOf(
  scene: Scene,
  measure: TrendMeasure,
  values: TrendRow[],
  { x, color }: Record<'x' | 'color', object>,
): object {
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
          size: { condition: { test: "datum.verdict === 'invalid'", value: 130 }, value: 45 },
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

/** The same in all panels, though some lack what others show; with the day and hour, or over many days the year. */
function timeAxis(starts: number[], last: boolean): object {
  const [first, latest] = [Math.min(...starts), Math.max(...starts)];
  const room = (latest - first) / 60;
  const format = latest - first < 5 * DAY_MS ? '%d %b %H:%M' : '%d %b %Y';
  return {
    field: 'start',
    type: 'temporal',
    title: last ? 'the run began (UTC)' : null,
    scale: { type: 'utc', domain: [first - room, latest + room], nice: false },
    axis: { labels: last, tickCount: { expr: 'max(2, floor(width / 150))' }, grid: true, format },
  };
}

const DAY_MS = 86_400_000;

/** All panels keep the same room for their labels, so that one run stands at one place in each. */
const ROOM = { minExtent: 44, maxExtent: 44 };

function axisOf(measure: TrendMeasure, values: TrendRow[]): object {
  const ends = values.flatMap(({ value, low, high }) => [low ?? value, high ?? value]);
  if ((measure === 'p50' || measure === 'p99') && ends.every((end) => end > 0)) {
    const { domain, ticks } = logAxis(ends);
    return { scale: { type: 'log', domain, nice: false }, axis: { ...ROOM, values: ticks, format: ',~r', grid: true } };
  }
  // One error in a hundred is the least that a panel of none shows.
  const domain = measure === 'error_rate' ? [0, Math.max(1, ...ends)] : linearDomain(ends);
  return { scale: { domain, nice: false }, axis: { ...ROOM, tickCount: 4, format: ',~r', grid: true } };
}

function captionOf(points: readonly TrendPoint[], series: readonly TrendSeries[]): string {
  const rows = points.map((point) => point.rows);
  const left = series.length - shownTrends(series).length;
  const with95 = points.length <= MOST_WITH_INTERVALS;
  return [
    `Each point is a run of ${span(rows, 'row')}; runs of one test are joined. Crosses: invalid runs.`,
    with95
      ? 'Bars are each run’s own 95 % interval (sectioning; for tails the block bootstrap, for few errors Wilson’s score), none where it has too few rows: they do not tell how much two runs of the same thing differ, which the points do.'
      : `Of more than ${MOST_WITH_INTERVALS} points no intervals are drawn.`,
    left > 0 ? `${left.toLocaleString('en-US')} more series with fewer runs not drawn.` : '',
  ]
    .filter(Boolean)
    .join(' ');
}
