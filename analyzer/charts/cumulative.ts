import { onlyColoursOf } from '../../plotting/theme.js';
import { leftOutNote, type Chart, type ChartSource } from './chart.js';
import type { Distribution } from './distribution.js';
import { logScale } from './scales.js';

/** The share of invocations that took at most so long: the same curves as the percentile plot, for those used to a CDF. */
export function cumulativeChart(
  { functions, colours, latency }: ChartSource,
  distributions: readonly Distribution[],
): Chart | null {
  if (distributions.length === 0) return null;
  const curve = distributions.flatMap(({ name, curve, n, most }) =>
    [...curve, { p: 1, ms: most }].map(({ p, ms }) => ({ name, n, p, ms })),
  );
  const x = logScale(Math.min(...curve.map(({ ms }) => ms)), Math.max(...curve.map(({ ms }) => ms)));
  return {
    name: 'cdf',
    title: 'Cumulative distribution',
    question: 'How is it distributed?',
    caption: `${latency.meaning} The curve's height is the share of invocations that took at most so long.${leftOutNote(functions)}`,
    spec: {
      width: 640,
      height: 300,
      data: { values: curve },
      encoding: {
        x: { field: 'ms', type: 'quantitative', title: latency.label, ...x },
        y: {
          field: 'p',
          type: 'quantitative',
          title: 'share of invocations',
          scale: { domain: [0, 1] },
          axis: { labelExpr: "round(100 * datum.value) + ' %'", tickCount: 6 },
        },
        color: {
          field: 'name',
          type: 'nominal',
          scale: onlyColoursOf(
            colours,
            distributions.map(({ name }) => name),
          ),
          legend: { columns: { expr: 'max(1, floor(width / 150))' }, symbolType: 'stroke' },
        },
        order: { field: 'p', type: 'quantitative' },
        tooltip: [
          { field: 'name', title: 'function' },
          { field: 'p', title: 'share', format: '.3~%' },
          { field: 'ms', title: 'at most ms', format: ',.3~r' },
        ],
      },
      layer: [{ mark: { type: 'line' } }, { mark: { type: 'point', size: 60, opacity: 0 } }],
    },
  };
}
