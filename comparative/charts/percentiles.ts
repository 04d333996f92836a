import { panelGrid } from '../../plotting/panels.js';
import { LEAST_RUNS } from '../curves/cumulative.js';
import type { RunCurve } from '../run-curves.js';
import { type Chart, type NoChart } from './chart.js';
import { leftOutOf } from './left-out.js';
import { functionPanel, groupLines, groupNames, verticalTimes } from './panel.js';
import { curvesOf, type CurvePoint, type SingleRuns } from './percentile-curves.js';
import type { Scene } from './scene.js';

const NAME = 'percentiles';

/**
 * Percentile curves, overlaid, a panel a function; x stretches the tail (50, 90, 99, 99.9 %). Of several runs the curve is
 * the geometric mean of the runs' own percentiles, and the band its 95 % interval (Student's t over the runs); of one run
 * the band is that run's own (sectioning; for tails the block bootstrap).
 */
export function percentilesChart(scene: Scene, curves: RunCurve[], single: SingleRuns): Chart | NoChart {
  const points = curvesOf(scene.groups, curves, single);
  const functions = scene.functions.filter((name) => points.some((point) => point.function === name));
  if (functions.length === 0)
    return { name: NAME, why: 'No function has the 20 rows with a time that a median needs.' };
  const title = `${scene.time === 'response_ms' ? 'Response time' : 'Latency'} by percentile`;
  const furthest = Math.max(...points.map(({ tail }) => tail));
  const panels = functions.map((name) =>
    panelOf(
      scene,
      name,
      points.filter((point) => point.function === name),
      furthest,
    ),
  );
  return { name: NAME, title, caption: captionOf(scene, functions), spec: panelGrid(panels) };
}

function captionOf(scene: Scene, drawn: readonly string[]): string {
  const has = (fits: (runs: number) => boolean) => scene.groups.some(({ runs }) => fits(runs.length));
  return [
    has((n) => n > 1) && 'Curves of several runs are the geometric mean of the runs’ own percentiles.',
    has((n) => n >= LEAST_RUNS) && 'Of three or more runs the band is its 95 % interval over the runs (Student’s t).',
    has((n) => n === 1) &&
      'Of one run the band is its own 95 % interval (sectioning, for tails the block bootstrap): nothing is known of the spread between runs.',
    has((n) => n === 2) && 'Two runs are too few for a band.',
    `A curve begins and ends where fewer than 10 rows of a run lie beyond.${leftOutOf(scene, drawn, 'a median needs 20 rows a run')}`,
  ]
    .filter(Boolean)
    .join(' ');
}

function panelOf(scene: Scene, name: string, points: CurvePoint[], furthest: number): object {
  const { color, strokeDash } = groupLines(scene.groups);
  const full = groupNames(scene.groups);
  const x = tailAxis(furthest);
  const y = verticalTimes(
    scene,
    points.flatMap(({ value, low, high }) => [low ?? value, high ?? value]),
  );
  const at = { x, y: { ...y, field: 'value' } };
  return {
    ...functionPanel(scene, name),
    data: { values: points },
    layer: [
      {
        mark: { type: 'area', opacity: 0.18, line: false },
        transform: [{ filter: 'isValid(datum.low)' }],
        encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' }, color },
      },
      { mark: { type: 'line' }, encoding: { ...at, color, strokeDash } },
      {
        mark: { type: 'point', size: 60, opacity: 0 },
        transform: full.transform,
        encoding: {
          ...at,
          tooltip: [
            { field: full.field, title: 'of', type: 'nominal' },
            { field: 'value', title: 'ms', format: ',.4~r' },
            { field: 'low', title: 'from', format: ',.4~r' },
            { field: 'high', title: 'to', format: ',.4~r' },
          ],
        },
      },
    ],
  };
}

/** The scale of −log₁₀ of what lies beyond; all panels end where the longest curve does. */
function tailAxis(furthest: number) {
  const most = Math.max(1, furthest);
  return {
    field: 'tail',
    type: 'quantitative',
    title: 'percentile (%; log scale of the share beyond)',
    scale: { domain: [0, most * 1.02], nice: false },
    axis: {
      grid: true,
      values: [0, 0.30103, 1, 2, 3].filter((tick) => tick <= most + 0.02),
      labelExpr: "{'0': '0', '1': '90', '2': '99', '3': '99.9'}[format(datum.value, '~g')] || '50'",
    },
  };
}
