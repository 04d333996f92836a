import { coloursOf, INK, PLOT_WIDTH } from '../../plotting/theme.js';
import type { TimeColumn } from '../comparison.js';
import type { MergedRun } from '../merged.js';
import type { RunFigures } from '../run-figures.js';
import { type Chart, logAxis, shortName } from './chart.js';

/**
 * Latency and throughput against the offered rate, a line for each test category and function: where the line of the
 * throughput leaves the diagonal, the platform no longer keeps up.
 * @returns null where no category was offered at two rates
 */
export function loadCurveChart(runs: MergedRun[], figures: RunFigures[]): Chart | null {
  const category = new Map(runs.map((run) => [run.run_id, run.test_category]));
  const functions = figures.filter((row) => row.scope === 'function' && row.rate !== null && row.rate > 0);
  const time: TimeColumn = functions.some((row) => row.answered.response_ms > 0) ? 'response_ms' : 'latency_ms';
  const points: LoadPoint[] = functions.map((row) => ({
    series: seriesName(category.get(row.run_id)!, row.function),
    rate: row.rate!,
    p50: row.p50[time],
    p99: row.p99[time],
    throughput: row.throughput,
  }));
  const climbing = [...new Set(points.map(({ series }) => series))].filter(
    (series) => new Set(points.filter((row) => row.series === series).map(({ rate }) => rate)).size > 1,
  );
  if (climbing.length === 0) return null;
  const shown = points.filter(({ series }) => climbing.includes(series));
  return {
    name: 'load-curve',
    title: 'What the load does',
    caption:
      'Each point is a function in a run; lines join the medians of the runs at one rate. Below, the grey diagonal is throughput = rate.',
    spec: {
      title: 'What the load does',
      vconcat: [...timePanel(shown, climbing, time), throughputPanel(shown, climbing)],
      resolve: { scale: { color: 'shared' } },
    },
  };
}

interface LoadPoint {
  series: string;
  rate: number;
  p50: number | null;
  p99: number | null;
  throughput: number | null;
}

const RATE_AXIS = { field: 'rate', type: 'quantitative', title: 'offered rate (1/s)', scale: { zero: false } };

/** No panel where no time was recorded. */
function timePanel(points: LoadPoint[], series: string[], time: TimeColumn) {
  const values = points.flatMap(({ series, rate, p50, p99 }) =>
    Object.entries({ p50, p99 }).flatMap(([quantile, ms]) =>
      ms === null || ms <= 0 ? [] : [{ series, rate, quantile, ms }],
    ),
  );
  if (values.length === 0) return [];
  const { domain, ticks } = logAxis(values.map(({ ms }) => ms));
  const y = {
    field: 'ms',
    type: 'quantitative',
    title: `${time === 'response_ms' ? 'response time' : 'latency'} (ms, log scale)`,
    scale: { type: 'log', domain, nice: false },
    axis: { values: ticks },
  };
  const dash = {
    field: 'quantile',
    type: 'nominal',
    scale: {
      domain: ['p50', 'p99'],
      range: [
        [1, 0],
        [5, 3],
      ],
    },
  };
  return [
    { width: PLOT_WIDTH, height: 220, data: { values }, layer: linesThroughMedians(y, series, { strokeDash: dash }) },
  ];
}

function throughputPanel(points: LoadPoint[], series: string[]) {
  const rates = points.map(({ rate }) => rate);
  const diagonal = [Math.min(...rates), Math.max(...rates)].map((rate) => ({ rate, throughput: rate }));
  const y = { field: 'throughput', type: 'quantitative', title: 'throughput (1/s)', scale: { zero: false } };
  return {
    width: PLOT_WIDTH,
    height: 180,
    data: { values: points.filter(({ throughput }) => throughput !== null) },
    layer: [
      {
        mark: { type: 'line', color: INK.axis, strokeWidth: 1 },
        data: { values: diagonal },
        encoding: { x: RATE_AXIS, y },
      },
      ...linesThroughMedians(y, series, {}),
    ],
  };
}

function linesThroughMedians(y: object, series: string[], more: object) {
  const color = { field: 'series', type: 'nominal', scale: coloursOf(series) };
  return [
    { mark: { type: 'line' }, encoding: { x: RATE_AXIS, y: { ...y, aggregate: 'median' }, color, ...more } },
    { mark: { type: 'point', size: 40, opacity: 0.8 }, encoding: { x: RATE_AXIS, y, color } },
  ];
}

/** A test is often called after its function; then one name says both. */
function seriesName(category: string, of: string): string {
  return category === of ? shortName(of) : `${shortName(category, 24)} · ${shortName(of, 24)}`;
}
