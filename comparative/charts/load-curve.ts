import { coloursOf, INK, PALETTE, PLOT_WIDTH } from '../../plotting/theme.js';
import { LEAST_RATES } from '../curves/knee.js';
import type { LoadCurve } from '../curves/loads.js';
import { counted, logAxis, type Chart, type NoChart } from './chart.js';
import { kneeLabels, kneeLines } from './knee-marks.js';
import { timeTitle, type Scene } from './scene.js';
import { seriesName } from './series-name.js';

const NAME = 'load-curve';
/** Rates that span more than this are drawn on a log scale, or the low ones would lie on each other. */
const LOG_FROM = 12;

/**
 * Latency, throughput and rel_stress against the offered rate, a line for each test category and function, with the knee
 * marked: where the line of the throughput leaves the diagonal, and rel_stress its 1, the platform no longer keeps up.
 */
export function loadCurveChart(scene: Scene, curves: readonly LoadCurve[]): Chart | NoChart {
  if (curves.length === 0)
    return { name: NAME, why: 'No category of tests was offered two different rates, so there is no load curve.' };
  const shown = curves.slice(0, PALETTE.length);
  const named = shown.map((curve) => ({ ...curve, series: seriesName(curve.category, curve.function) }));
  const rates = named.flatMap(({ levels }) => levels.map(({ rate }) => rate));
  const x = rateAxis(rates);
  const color = {
    field: 'series',
    type: 'nominal',
    scale: coloursOf(named.map(({ series }) => series)),
    legend: { columns: { expr: 'max(1, floor(width / 190))' } },
  };
  const frame: Frame = { x, color, curves: named };
  const panels = [timePanel(scene, frame), throughputPanel(frame), stressPanel(frame)].filter(
    (panel) => panel !== null,
  );
  if (panels.length === 0) return { name: NAME, why: 'Neither a time nor a throughput was recorded at these rates.' };
  return {
    name: NAME,
    title: 'What the load does',
    caption: captionOf(curves, shown),
    spec: { title: 'What the load does', vconcat: panels, resolve: { scale: { color: 'shared' } } },
  };
}

export type NamedCurve = LoadCurve & { series: string };

export interface Frame {
  x: object;
  color: object;
  curves: NamedCurve[];
}

function rateAxis(rates: number[]): object {
  const log = Math.max(...rates) / Math.min(...rates) > LOG_FROM;
  const base = { field: 'rate', type: 'quantitative', title: `offered rate (1/s${log ? ', log scale' : ''})` };
  if (!log) return { ...base, scale: { zero: false, nice: false, padding: 12 } };
  const { domain, ticks } = logAxis(rates);
  return { ...base, scale: { type: 'log', domain, nice: false }, axis: { values: ticks, format: ',~r' } };
}

/** No panel where no time was recorded. */
function timePanel(scene: Scene, frame: Frame): object | null {
  const quantiles = ['p50', 'p99'] as const;
  const rowsOf = (of: 'points' | 'levels') =>
    frame.curves.flatMap(({ series, ...curve }) =>
      curve[of].flatMap((each) =>
        quantiles.flatMap((quantile) => {
          const ms = each[quantile];
          return ms === null || ms <= 0 ? [] : [{ series, rate: each.rate, quantile, value: ms }];
        }),
      ),
    );
  const points = rowsOf('points');
  if (points.length === 0) return null;
  const { domain, ticks } = logAxis(points.map(({ value }) => value));
  const y = {
    field: 'value',
    type: 'quantitative',
    title: timeTitle(scene),
    scale: { type: 'log', domain, nice: false },
    axis: { values: ticks, format: ',~r' },
  };
  // The legend of the two quantiles stands once; which is which is said by the dashes.
  const dash = {
    field: 'quantile',
    type: 'nominal',
    scale: {
      domain: quantiles,
      range: [
        [1, 0],
        [5, 3],
      ],
    },
  };
  return panel(230, [
    ...kneeLines(frame),
    ...lines(frame, y, points, rowsOf('levels'), { strokeDash: dash }),
    ...kneeLabels(frame),
  ]);
}

function throughputPanel(frame: Frame): object | null {
  const rates = frame.curves.flatMap(({ levels }) => levels.map(({ rate }) => rate));
  const diagonal = straight(rates, (rate) => rate);
  const y = { field: 'value', type: 'quantitative', title: 'throughput (1/s)', scale: { zero: false } };
  return measurePanel(frame, 'throughput', y, diagonal);
}

function stressPanel(frame: Frame): object | null {
  const rates = frame.curves.flatMap(({ levels }) => levels.map(({ rate }) => rate));
  const y = {
    field: 'value',
    type: 'quantitative',
    title: ['rel_stress', '(rate ÷ throughput)'],
    scale: { zero: false },
  };
  return measurePanel(
    frame,
    'rel_stress',
    y,
    straight(rates, () => 1),
  );
}

/** A line of many points, so that it is straight in the data's sense on a log scale as well. */
function straight(rates: number[], valueAt: (rate: number) => number): { rate: number; value: number }[] {
  const [low, high] = [Math.min(...rates), Math.max(...rates)];
  return Array.from({ length: 41 }, (_, i) => low * (high / low) ** (i / 40)).map((rate) => ({
    rate,
    value: valueAt(rate),
  }));
}

function measurePanel(frame: Frame, measure: 'throughput' | 'rel_stress', y: object, ideal: object[]): object | null {
  const rowsOf = (of: 'points' | 'levels') =>
    frame.curves.flatMap(({ series, ...curve }) =>
      curve[of].flatMap((each) => (each[measure] === null ? [] : [{ series, rate: each.rate, value: each[measure] }])),
    );
  const points = rowsOf('points');
  if (points.length === 0) return null;
  const reference = {
    mark: { type: 'line', color: INK.axis, strokeWidth: 1 },
    data: { values: ideal },
    encoding: { x: frame.x, y },
  };
  return panel(150, [reference, ...kneeLines(frame), ...lines(frame, y, points, rowsOf('levels'), {})]);
}

function panel(height: number, layer: object[]): object {
  return { width: PLOT_WIDTH, height, layer };
}

function lines({ x, color }: Frame, y: object, points: object[], levels: object[], more: object): object[] {
  const tooltip = [
    { field: 'series', title: 'of' },
    { field: 'rate', title: 'rate', format: ',.4~r' },
    { field: 'value', title: 'value', format: ',.4~r' },
  ];
  return [
    { data: { values: levels }, mark: { type: 'line' }, encoding: { x, y, color, ...more } },
    { data: { values: points }, mark: { type: 'point', size: 40, opacity: 0.8 }, encoding: { x, y, color, tooltip } },
  ];
}

function captionOf(all: readonly LoadCurve[], shown: readonly LoadCurve[]): string {
  const runs = shown.flatMap(({ levels }) => levels.map((level) => level.runs));
  const rows = shown.flatMap(({ points }) => points.map((point) => point.rows));
  const span = (values: number[], noun: string) => {
    const [least, most] = [Math.min(...values), Math.max(...values)];
    return least === most ? counted(most, noun) : `${least.toLocaleString('en-US')} to ${counted(most, noun)}`;
  };
  const left = all.length - shown.length;
  return [
    `Each point is a function in a run of ${span(rows, 'row')}; lines join the medians of the runs at one rate (${span(runs, 'run')} each).`,
    'Grey: throughput = rate, and rel_stress = 1.',
    kneeText(shown),
    left > 0 ? `${counted(left, 'more curve')} with fewer rates or runs not drawn.` : '',
  ]
    .filter(Boolean)
    .join(' ');
}

/** The rule in words, and what it found. */
function kneeText(curves: readonly LoadCurve[]): string {
  const rule =
    'the offered rate with the greatest throughput ÷ mean response time (power, after Kleinrock), beyond which more load costs more time than it buys throughput; its resolution is that of the rates';
  if (curves.some(({ knee }) => knee !== null)) return `Dashed: the knee, ${rule}.`;
  if (curves.every(({ levels }) => levels.length < LEAST_RATES))
    return `No knee is looked for with fewer than ${LEAST_RATES} rates.`;
  return `No knee was found: ${rule}, and it must lie between the lowest and the highest rate and be followed by a fall of a third.`;
}
