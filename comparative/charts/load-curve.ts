import { coloursOf, INK, PLOT_WIDTH } from '../../plotting/theme.js';
import type { TimeColumn } from '../comparison.js';
import type { MergedRun } from '../merged.js';
import type { RunFigures } from '../run-figures.js';
import { type Chart, shortName } from './chart.js';

/**
 * Latency and throughput against the offered rate, a line for each test category and function: where the line of the
 * throughput leaves the diagonal, the platform no longer keeps up.
 * @returns null where no category was offered at two rates
 */
export function loadCurveChart(runs: MergedRun[], figures: RunFigures[]): Chart | null {
  const category = new Map(runs.map((run) => [run.run_id, run.test_category]));
  const functions = figures.filter((row) => row.scope === 'function' && row.rate !== null && row.rate > 0);
  const time: TimeColumn = functions.some((row) => row.answered.response_ms > 0) ? 'response_ms' : 'latency_ms';
  const rows = functions.map((row) => ({
    series: `${shortName(category.get(row.run_id)!, 24)} · ${shortName(row.function, 24)}`,
    rate: row.rate!,
    p50: row.p50[time],
    p99: row.p99[time],
    throughput: row.throughput,
  }));
  const climbing = [...new Set(rows.map(({ series }) => series))].filter(
    (series) => new Set(rows.filter((row) => row.series === series).map(({ rate }) => rate)).size > 1,
  );
  if (climbing.length === 0) return null;
  const shown = rows.filter(({ series }) => climbing.includes(series));
  const word = time === 'response_ms' ? 'response time' : 'latency';
  const title = 'What the load does';
  const colour = { field: 'series', type: 'nominal', scale: coloursOf(climbing) };
  const x = { field: 'rate', type: 'quantitative', title: 'offered rate (1/s)', scale: { zero: false } };
  const times = shown.flatMap(({ series, rate, p50, p99 }) =>
    [
      { quantile: 'p50', ms: p50 },
      { quantile: 'p99', ms: p99 },
    ].flatMap(({ quantile, ms }) => (ms === null || ms <= 0 ? [] : [{ series, rate, quantile, ms }])),
  );
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
  const ends = [Math.min(...shown.map(({ rate }) => rate)), Math.max(...shown.map(({ rate }) => rate))];
  const line = (y: object, more: object = {}) => ({
    layer: [
      { mark: { type: 'line' }, encoding: { x, y: { aggregate: 'median', ...y }, color: colour, ...more } },
      { mark: { type: 'point', size: 40, opacity: 0.8 }, encoding: { x, y, color: colour } },
    ],
  });
  return {
    name: 'load-curve',
    title,
    caption: `Each point is a function in a run, the line joins the medians of the runs at one rate. Below, the grey diagonal is throughput = rate.`,
    spec: {
      title,
      vconcat: [
        {
          width: PLOT_WIDTH,
          height: 220,
          data: { values: times },
          ...line(
            { field: 'ms', type: 'quantitative', title: `${word} (ms, log scale)`, scale: { type: 'log' } },
            { strokeDash: dash },
          ),
        },
        {
          width: PLOT_WIDTH,
          height: 180,
          data: { values: shown.filter(({ throughput }) => throughput !== null) },
          layer: [
            {
              mark: { type: 'line', color: INK.axis, strokeWidth: 1 },
              data: { values: ends.map((rate) => ({ rate, throughput: rate })) },
              encoding: { x, y: { field: 'throughput', type: 'quantitative' } },
            },
            ...line({ field: 'throughput', type: 'quantitative', title: 'throughput (1/s)', scale: { zero: false } })
              .layer,
          ],
        },
      ],
      resolve: { scale: { color: 'shared' } },
    },
  };
}
