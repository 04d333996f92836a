import { panelGrid } from '../../plotting/panels.js';
import { cumulativeOf, LEAST_RUNS, type CumulativePoint } from '../curves/cumulative.js';
import { gridOf } from '../curves/grid.js';
import type { RunHistogram } from '../curves/run-histograms.js';
import type { Chart, NoChart } from './chart.js';
import { leftOutOf } from './left-out.js';
import { functionPanel, groupLines, groupNames, PANEL_Y, timeScale } from './panel.js';
import type { CurveGroup, Scene } from './scene.js';

const NAME = 'cdf';

/**
 * Cumulative distributions, overlaid, a panel a function: the height is the share of invocations that took at most so long.
 * @param histograms of all runs drawn; of a group with one run cut into sections
 */
export function cdfChart(scene: Scene, histograms: readonly RunHistogram[]): Chart | NoChart {
  if (scene.functions.length === 0) return { name: NAME, why: 'No time was recorded of any invocation.' };
  const panels = scene.functions.map((name) => panelOf(scene, name, curvesOf(scene, name, histograms)));
  return { name: NAME, title: 'Cumulative distribution', caption: captionOf(scene), spec: panelGrid(panels) };
}

interface LabelledPoint extends CumulativePoint {
  label: string;
}

function curvesOf({ groups }: Scene, name: string, histograms: readonly RunHistogram[]): LabelledPoint[] {
  const own = groups.map(({ name: label, runs }) => ({
    label,
    own: histograms.filter((each) => each.function === name && runs.includes(each.run_id)),
  }));
  const known = own.filter((group) => group.own.length > 0);
  const grid = gridOf(known.map((group) => group.own));
  return known.flatMap((group) =>
    cumulativeOf(group.own, grid).map((point) => ({ label: group.label, ...rounded(point) })),
  );
}

/** Digits that no eye can tell apart only make a page heavy. */
function rounded({ ms, share, low, high }: CumulativePoint): CumulativePoint {
  const to = (value: number | null) => (value === null ? null : Number(value.toFixed(4)));
  return { ms: Number(ms.toPrecision(4)), share: to(share)!, low: to(low), high: to(high) };
}

function panelOf(scene: Scene, name: string, values: LabelledPoint[]): object {
  const x = {
    ...timeScale(
      scene,
      values.map(({ ms }) => ms),
    ),
    field: 'ms',
  };
  const y = {
    type: 'quantitative',
    title: 'share of invocations',
    scale: { domain: [0, 1] },
    axis: { ...PANEL_Y, labelExpr: "round(100 * datum.value) + ' %'", tickCount: 5, grid: true },
  };
  const { color, strokeDash } = groupLines(scene.groups);
  const full = groupNames(scene.groups);
  const share = { ...y, field: 'share' };
  return {
    ...functionPanel(scene, name),
    data: { values },
    layer: [
      {
        mark: { type: 'area', opacity: 0.2, line: false },
        transform: [{ filter: 'isValid(datum.low)' }],
        encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' }, color },
      },
      {
        mark: { type: 'line' },
        encoding: { x, y: share, color, strokeDash, order: { field: 'ms', type: 'quantitative' } },
      },
      {
        mark: { type: 'point', size: 50, opacity: 0 },
        transform: full.transform,
        encoding: {
          x,
          y: share,
          tooltip: [
            { field: full.field, title: 'of', type: 'nominal' },
            { field: 'share', title: 'share', format: '.3~%' },
            { field: 'ms', title: 'at most ms', format: ',.4~r' },
          ],
        },
      },
    ],
  };
}

function captionOf(scene: Scene): string {
  return (
    `The height is the share of invocations that took at most so long. ${bandText(scene.groups)} ` +
    `Read from bins of 1 %, so times are within 0.5 %.${leftOutOf(scene)}`
  );
}

/** What the bands are, of which there may be two kinds in one picture, and why one is missing. */
function bandText(groups: readonly CurveGroup[]): string {
  const has = (fits: (runs: number) => boolean) => groups.some(({ runs }) => fits(runs.length));
  return [
    has((n) => n >= LEAST_RUNS) &&
      'Of three or more runs: the mean of the runs (of arcsin √share), and its 95 % band over the runs (Student’s t).',
    has((n) => n === 1) &&
      'Of one run: its 95 % band by sections of time, which allows for correlation between neighbours and knows nothing of the spread between runs.',
    has((n) => n === 2) &&
      'Of two runs: their mean without a band, since two tell too little of the spread between runs.',
    'Bands are pointwise.',
  ]
    .filter(Boolean)
    .join(' ');
}
