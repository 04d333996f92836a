import { coloursOf } from '../../plotting/theme.js';
import type { TimeColumn } from '../comparison.js';
import type { RunCurve } from '../run-curves.js';
import { type Chart, logAxis, shortName } from './chart.js';
import { curvesOf, type CurveGroup, type CurvePoint } from './percentile-curves.js';

/** Functions drawn in one picture; more would not fit a page. */
const MOST_FUNCTIONS = 6;

/**
 * Percentile curves, overlaid, a panel a function; x stretches the tail (50, 90, 99, 99.9 %). Of several runs the curve is
 * the geometric mean of the runs' own percentiles, and the band its 95 % interval (Student's t over the runs).
 * @returns null where no time was recorded
 */
export function percentilesChart(groups: CurveGroup[], curves: RunCurve[], time: TimeColumn): Chart | null {
  const points = curvesOf(groups, curves);
  if (points.length === 0) return null;
  const word = time === 'response_ms' ? 'Response time' : 'Latency';
  const functions = [...new Set(points.map((point) => point.function))].sort();
  const shown = functions.slice(0, MOST_FUNCTIONS);
  const values = points
    .filter((point) => shown.includes(point.function))
    .map((point) => ({ ...point, function: shortName(point.function) }));
  const title = `${word} by percentile`;
  const panel = panelOf(word, values, colourScale(groups), shown.length > 1);
  return {
    name: 'percentiles',
    title,
    caption: captionOf(points, functions.length - shown.length),
    spec:
      shown.length === 1
        ? { title: { text: title, subtitle: shortName(shown[0]!) }, data: { values }, ...panel }
        : {
            title,
            data: { values },
            facet: { field: 'function', type: 'nominal' },
            columns: 2,
            spec: panel,
            resolve: { scale: { y: 'independent' } },
          },
  };
}

function captionOf(points: CurvePoint[], left: number): string {
  const band = points.some((point) => point.low !== null)
    ? 'Curves of several runs are the geometric mean of the runs, the band is its 95 % interval over the runs.'
    : 'Too few runs for a band: nothing is known here of the spread between runs.';
  const more = left > 0 ? ` ${left} more function${left === 1 ? ' is' : 's are'} not drawn.` : '';
  return `${band} A curve ends where fewer than 10 rows lie beyond.${more}`;
}

/** The sides' own colours where they have some, else one for each test. */
function colourScale(groups: CurveGroup[]): { domain: string[]; range: string[] } {
  const domain = groups.map(({ label }) => shortName(label));
  const range = groups.flatMap(({ colour }) => colour ?? []);
  return range.length === domain.length ? { domain, range } : coloursOf(domain);
}

function panelOf(word: string, values: CurvePoint[], scale: object, faceted: boolean) {
  const { ticks } = logAxis(values.flatMap(({ value, low, high }) => [low ?? value, high ?? value]));
  const colour = {
    field: 'label',
    type: 'nominal',
    scale,
    legend: { columns: 4, symbolType: 'stroke', symbolOpacity: 1, symbolStrokeWidth: 3 },
  };
  const y = {
    type: 'quantitative',
    title: `${word.toLowerCase()} (ms, log scale)`,
    scale: { type: 'log', nice: false, padding: 6 },
    axis: { values: ticks },
  };
  return {
    width: faceted ? 300 : 640,
    height: faceted ? 200 : 320,
    layer: [
      {
        mark: { type: 'area', opacity: 0.18, line: false },
        encoding: { x: TAIL_AXIS, y: { ...y, field: 'low' }, y2: { field: 'high' }, color: colour },
      },
      {
        mark: { type: 'line', point: { size: 16 } },
        encoding: { x: TAIL_AXIS, y: { ...y, field: 'value' }, color: colour },
      },
    ],
  };
}

const TAIL_AXIS = {
  field: 'tail',
  type: 'quantitative',
  title: 'percentile (log scale of what lies beyond)',
  scale: { domain: [0, 3.05], nice: false },
  axis: {
    grid: true,
    values: [0, 0.30103, 1, 2, 3],
    labelExpr: "{'0': '0', '1': '90', '2': '99', '3': '99.9 %'}[format(datum.value, '~g')] || '50'",
  },
};
