import { INK, PLOT_WIDTH } from '../../plotting/theme.js';
import type { TrendMeasure, TrendPoint } from '../curves/trend.js';
import { linearDomain, logAxis } from './chart.js';
import type { Scene } from './scene.js';
import type { SeriesMarks } from './series-marks.js';

interface TrendRow {
  series: string;
  run: string;
  /** where it is drawn, epoch ms */
  at: number;
  value: number;
  low: number | null;
  high: number | null;
  verdict: 'valid' | 'invalid';
}

export function trendRows(
  points: readonly (TrendPoint & { series: string; at: number })[],
  measure: TrendMeasure,
): TrendRow[] {
  const scale = measure === 'error_rate' ? 100 : 1;
  const scaled = (value: number | null) => (value === null ? null : Number((scale * value).toPrecision(5)));
  return points.flatMap(({ series, run_id: run, at, valid, [measure]: { value, low, high } }): TrendRow[] => {
    if (value === null) return [];
    const verdict = valid ? 'valid' : 'invalid';
    return [{ series, run, at, value: scaled(value)!, low: scaled(low), high: scaled(high), verdict }];
  });
}

export function trendPanel(
  scene: Scene,
  measure: TrendMeasure,
  values: TrendRow[],
  { x, marks: { color, shape, full } }: { x: object; marks: SeriesMarks },
): object {
  const y = { type: 'quantitative', ...axisOf(scene, measure, values) };
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
        mark: { type: 'point', size: 50, opacity: 0.9 },
        transform: full.transform,
        encoding: {
          x,
          y: at,
          color,
          shape,
          tooltip: [
            { field: full.field, type: 'nominal', title: 'of' },
            { field: 'run', type: 'nominal', title: 'run' },
            { field: 'verdict', type: 'nominal', title: 'its verdict' },
            { field: 'value', title: measure, format: ',.4~r' },
            { field: 'low', title: 'from', format: ',.4~r' },
            { field: 'high', title: 'to', format: ',.4~r' },
          ],
        },
      },
      {
        mark: { type: 'point', shape: CROSSED_OUT, filled: false, stroke: INK.text, strokeWidth: 2, size: 160 },
        transform: [{ filter: "datum.verdict === 'invalid'" }],
        encoding: { x, y: at },
      },
    ],
  };
}

const CROSSED_OUT = 'M-1,-1L1,1M-1,1L1,-1';

/** The same in all panels, though some lack what others show; as fine as what it spans. */
export function startAxis(places: readonly number[], last: boolean): object {
  const [first, latest] = [Math.min(...places), Math.max(...places)];
  const room = (latest - first) / 60;
  return {
    field: 'at',
    type: 'temporal',
    title: last ? 'the run began (UTC)' : null,
    scale: { type: 'utc', domain: [first - room, latest + room], nice: false },
    axis: {
      labels: last,
      tickCount: { expr: 'max(2, floor(width / 150))' },
      grid: true,
      format: FORMATS.find(({ upto }) => latest - first < upto)!.format,
    },
  };
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** The finest unit that differs from tick to tick, of which there are three at least on a page. */
const FORMATS = [
  { upto: 5_000, format: '%H:%M:%S.%L' },
  { upto: 6 * MINUTE_MS, format: '%d %b %H:%M:%S' },
  { upto: 6 * DAY_MS, format: '%d %b %H:%M' },
  { upto: Infinity, format: '%d %b %Y' },
];

/** All panels keep the same room for their labels, so that one run stands at one place in each. */
const ROOM = { minExtent: 44, maxExtent: 44 };

function axisOf({ time }: Scene, measure: TrendMeasure, values: TrendRow[]): object {
  const ends = values.flatMap(({ value, low, high }) => [low ?? value, high ?? value]);
  if (measure === 'p50' || measure === 'p99') {
    const name = `${time === 'response_ms' ? 'response' : 'latency'} ${measure}`;
    if (ends.every((end) => end > 0)) {
      const { domain, ticks } = logAxis(ends);
      const axis = { ...ROOM, values: ticks, format: ',~r', grid: true };
      return { title: [name, '(ms, log scale)'], scale: { type: 'log', domain, nice: false }, axis };
    }
    return linear([name, '(ms)'], linearDomain(ends));
  }
  // One error in a hundred is the least that a panel of none shows.
  if (measure === 'error_rate') return linear(['errors (%)'], [0, Math.max(1, ...ends)]);
  const domain = linearDomain(ends);
  return linear(domain[0] > 0 ? ['throughput', '(1/s, not from 0)'] : ['throughput', '(1/s)'], domain);
}

function linear(title: string[], domain: [number, number]): object {
  return { title, scale: { domain, nice: false }, axis: { ...ROOM, tickCount: 4, format: ',~r', grid: true } };
}
