import { coloursOf, PLOT_WIDTH } from '../../plotting/theme.js';
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
  const title = `${word} by percentile`;
  const furthest = Math.max(...points.map(({ tail }) => tail));
  const panels = shown.map((name) => {
    const values = points
      .filter((point) => point.function === name)
      .map((point) => ({ ...point, function: shortName(name) }));
    return {
      title: panelTitle(shortName(name)),
      data: { values },
      ...panelOf(word, values, colourScale(groups), furthest, shown.length > 1),
    };
  });
  return {
    name: 'percentiles',
    title,
    caption: captionOf(points, functions.length - shown.length),
    spec: { title, concat: panels, columns: 2 },
  };
}

function panelTitle(text: string) {
  return { text, fontSize: 12, fontWeight: 'normal', anchor: 'middle', offset: 6 };
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

function panelOf(word: string, values: CurvePoint[], scale: object, furthest: number, narrow: boolean) {
  const { domain, ticks } = logAxis(values.flatMap(({ value, low, high }) => [low ?? value, high ?? value]));
  const colour = {
    field: 'label',
    type: 'nominal',
    scale,
    legend: { columns: 4, symbolType: 'stroke', symbolOpacity: 1, symbolStrokeWidth: 3 },
  };
  const x = tailAxis(furthest);
  const y = {
    type: 'quantitative',
    title: `${word.toLowerCase()} (ms, log scale)`,
    scale: { type: 'log', domain, nice: false },
    axis: { values: ticks },
  };
  return {
    width: narrow ? 300 : PLOT_WIDTH,
    height: narrow ? 200 : 320,
    layer: [
      {
        mark: { type: 'area', opacity: 0.18, line: false },
        encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' }, color: colour },
      },
      {
        mark: { type: 'line', point: { size: 16 } },
        encoding: { x, y: { ...y, field: 'value' }, color: colour },
      },
    ],
  };
}

/** The scale of −log₁₀ of what lies beyond; all panels end where the longest curve does. */
function tailAxis(furthest: number) {
  return {
    field: 'tail',
    type: 'quantitative',
    title: 'percentile (log scale of what lies beyond)',
    scale: { domain: [0, Math.max(1, furthest) * 1.02], nice: false },
    axis: {
      grid: true,
      values: [0, 0.30103, 1, 2, 3].filter((tick) => tick <= Math.max(1, furthest) + 0.02),
      labelExpr: "{'0': '0', '1': '90 %', '2': '99', '3': '99.9'}[format(datum.value, '~g')] || '50'",
    },
  };
}
