import { panelGrid, PANEL_WIDTH } from '../../plotting/panels.js';
import { INK } from '../../plotting/theme.js';
import type { Estimate } from '../../statistics/estimate.js';
import type { Shift } from '../curves/shifts.js';
import { logAxis, type Chart, type NoChart } from './chart.js';
import { leftOutOf } from './left-out.js';
import { listed, methodText } from './method-text.js';
import { panelTitle, PANEL_Y } from './panel.js';
import { restsOn, type Scene } from './scene.js';

const NAME = 'quantile-shift';

/** The two ways in which a quantile changes, beside each other. */
const SCALES = ['ratio', 'difference'] as const;

/**
 * By how much each quantile changed from the baseline to the candidate, as a ratio and in ms, with its interval; a line where
 * nothing changed. A shift that is alike at all quantiles is a constant cost or factor; one in the tail alone is queueing
 * or cold starts.
 *
 * @param shifts of each function
 */
export function quantileShiftChart(scene: Scene, shifts: ReadonlyMap<string, Shift[]>): Chart | NoChart {
  if (scene.result.sides === null)
    return { name: NAME, why: 'How far each quantile shifted is drawn where two sides were named.' };
  const functions = scene.functions.filter((name) => (shifts.get(name) ?? []).length > 0);
  if (functions.length === 0)
    return { name: NAME, why: 'No function has the 20 rows a run, on both sides, that a median needs.' };
  const panels = functions.flatMap((name) => SCALES.map((scale) => panelOf(scene, name, shifts.get(name)!, scale)));
  return {
    name: NAME,
    title: 'How far each quantile shifted',
    caption: captionOf(scene, [...shifts.values()].flat(), functions),
    spec: { ...panelGrid(panels), resolve: { scale: { x: 'independent', y: 'independent' } } },
  };
}

interface ShiftRow {
  function: string;
  quantile: string;
  value: number;
  low: number | null;
  high: number | null;
}

function panelOf(scene: Scene, name: string, shifts: Shift[], scale: (typeof SCALES)[number]): object {
  const values = shifts.map((shift): ShiftRow => {
    const { value, low, high }: Estimate = shift[scale];
    return { function: name, quantile: quantileName(shift.p), value: value!, low, high };
  });
  const y = scale === 'ratio' ? ratioAxis(values) : differenceAxis(values);
  const x = {
    field: 'quantile',
    type: 'nominal',
    title: 'quantile',
    // a scale's domain is data, and keeps the order
    scale: { domain: values.map(({ quantile }) => quantile), padding: 0.5 },
    axis: { labelAngle: 0, grid: true },
  };
  const format = ',.3~r';
  return {
    title: panelTitle(`${scene.titles.get(name)!}${scale === 'ratio' ? '' : ', in ms'}`, restsOn(scene, name)),
    width: PANEL_WIDTH,
    height: 170,
    data: { values },
    layer: [
      {
        data: { values: [{ none: scale === 'ratio' ? 1 : 0 }] },
        mark: { type: 'rule', color: INK.text, strokeWidth: 1.5 },
        encoding: { y: { field: 'none', type: 'quantitative' } },
      },
      {
        mark: { type: 'line', color: INK.accent, strokeWidth: 1, opacity: 0.5 },
        encoding: { x, y: { ...y, field: 'value' } },
      },
      {
        mark: { type: 'rule', color: INK.accent, strokeWidth: 2.5 },
        transform: [{ filter: 'isValid(datum.low)' }],
        encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' } },
      },
      {
        mark: { type: 'point', color: INK.accent, size: 55, opacity: 1, strokeWidth: 1.5 },
        encoding: {
          x,
          y: { ...y, field: 'value' },
          // hollow where there is no interval, which a short one behind its point would otherwise pass for
          fill: { condition: { test: 'isValid(datum.low)', value: INK.accent }, value: INK.surface },
          stroke: { value: INK.accent },
          tooltip: [
            { field: 'function', type: 'nominal', title: 'function' },
            { field: 'quantile', title: 'quantile' },
            { field: 'value', title: scale === 'ratio' ? 'ratio' : 'ms', format },
            { field: 'low', title: 'from', format },
            { field: 'high', title: 'to', format },
          ],
        },
      },
    ],
  };
}

/** `p50`, `p99.9` */
function quantileName(p: number): string {
  return `p${Number((100 * p).toPrecision(4))}`;
}

function ends(values: ShiftRow[]): number[] {
  return values.flatMap(({ value, low, high }) => [low ?? value, high ?? value]);
}

/** Never so narrow that noise looks like a cliff: ±10 %. */
function ratioAxis(values: ShiftRow[]): object {
  const { domain, ticks } = logAxis([0.9, 1.1, ...ends(values)]);
  return {
    type: 'quantitative',
    title: 'candidate ÷ baseline (log scale)',
    scale: { type: 'log', domain, nice: false },
    axis: { ...PANEL_Y, values: ticks, format: ticks.at(-1)! < 10_000 ? ',~g' : '.2~s', grid: true },
  };
}

function differenceAxis(values: ShiftRow[]): object {
  const reach = [Math.min(0, ...ends(values)), Math.max(0, ...ends(values))];
  const room = Math.max((reach[1]! - reach[0]!) / 20, 0.05);
  return {
    type: 'quantitative',
    title: 'candidate − baseline (ms)',
    scale: { domain: [reach[0]! - room, reach[1]! + room], nice: false },
    axis: { ...PANEL_Y, format: ',~r', tickCount: 5, grid: true },
  };
}

function captionOf(scene: Scene, shifts: Shift[], drawn: readonly string[]): string {
  const methods = [...new Set(shifts.map(({ ratio }) => ratio.method).filter((method) => method !== 'none'))];
  const by =
    methods.length === 0
      ? 'There are too few rows or runs for intervals.'
      : `Bars are 95 % intervals by ${listed(methods.map(methodText))}`;
  const single = scene.groups.every(({ runs }) => runs.length === 1);
  return [
    methods.length === 0 ? by : `${by}, each quantile for itself: they are not corrected for how many there are.`,
    single
      ? 'One run a side: nothing is known of the spread between runs.'
      : 'The run is the unit: of each run its own quantile.',
    `On the line nothing changed. A quantile beyond which a run has fewer than 10 rows is left out; a hollow point has no interval, as the rows or runs are too few for one.${leftOutOf(scene, drawn, 'a median needs 20 rows a run on both sides')}`,
  ].join(' ');
}
