import { INK, PLOT_WIDTH } from '../../plotting/theme.js';
import type { LoadCurve, LoadMeasure } from '../curves/loads.js';
import { linearDomain, logAxis } from './chart.js';
import { kneeLabels, kneeLines } from './knee-marks.js';
import { timeTitle, type Scene } from './scene.js';
import type { SeriesMarks } from './series-marks.js';

type NamedCurve = LoadCurve & { series: string };

/** What the panels of a load curve share. */
export interface Frame {
  x: object;
  /** whether the rates are drawn on a log scale */
  logRates: boolean;
  marks: SeriesMarks;
  curves: NamedCurve[];
}

/** Time, throughput and rel_stress below each other; none of what was not recorded. */
export function loadPanels(scene: Scene, frame: Frame): object[] {
  const time = rowsOf(frame, 'points', ['p50', 'p99']);
  const throughput = rowsOf(frame, 'points', ['throughput']);
  const stress = rowsOf(frame, 'points', ['rel_stress']);
  return [
    time.length > 0 && timePanel(scene, frame, time),
    throughput.length > 0 &&
      referencePanel(frame, throughput, throughputAxis(frame, throughput), {
        of: (rate) => rate,
        name: 'throughput = rate',
        side: 'above',
      }),
    stress.length > 0 &&
      referencePanel(
        frame,
        stress,
        { title: 'rel_stress (not from 0)', scale: stressScale(stress) },
        { of: () => 1, name: 'rel_stress = 1', side: 'below' },
      ),
  ].filter((panel) => panel !== false);
}

interface LoadRow {
  series: string;
  rate: number;
  measure: LoadMeasure;
  value: number;
}

function rowsOf({ curves }: Frame, of: 'points' | 'levels', measures: readonly LoadMeasure[]): LoadRow[] {
  return curves.flatMap(({ series, ...curve }) =>
    curve[of].flatMap((each) =>
      measures.flatMap((measure) => {
        const value = each[measure];
        // 0 ms of a platform that counts whole milliseconds has no place on a log scale.
        return value === null || value <= 0 ? [] : [{ series, rate: each.rate, measure, value }];
      }),
    ),
  );
}

function timePanel(scene: Scene, frame: Frame, points: LoadRow[]): object {
  const { domain, ticks } = logAxis(points.map(({ value }) => value));
  const quantiles = [...new Set(points.map(({ measure }) => measure))].sort();
  const y = {
    title: timeTitle(scene),
    scale: { type: 'log', domain, nice: false },
    axis: { values: ticks, format: ',~r' },
  };
  const strokeDash = {
    field: 'measure',
    type: 'nominal',
    scale: { domain: quantiles, range: quantiles.map((quantile) => (quantile === 'p50' ? [1, 0] : [5, 3])) },
  };
  return {
    width: PLOT_WIDTH,
    height: 230,
    layer: [...kneeLines(frame), ...marks(frame, y, points, quantiles, { strokeDash }), ...kneeLabels(frame)],
  };
}

/** The line on which a platform that keeps up would lie, and on which of its sides the measured ones are not. */
interface Ideal {
  of: (rate: number) => number;
  name: string;
  side: 'above' | 'below';
}

/** A panel with the line on which a platform that keeps up would lie. */
function referencePanel(frame: Frame, points: LoadRow[], y: object, ideal: Ideal): object {
  const rates = points.map(({ rate }) => rate);
  const [low, high] = [Math.min(...rates), Math.max(...rates)];
  // Many points, since what is straight on one scale is none on the other.
  const along = Array.from({ length: 41 }, (_, i) => low * (high / low) ** (i / 40));
  const reference = {
    mark: { type: 'line', color: INK.axis, strokeWidth: 1 },
    data: { values: along.map((rate) => ({ rate, value: ideal.of(rate) })) },
    encoding: { x: frame.x, y: { field: 'value', type: 'quantitative', ...y } },
  };
  const at = along[13]!;
  const label = {
    mark:
      ideal.side === 'above'
        ? { type: 'text', color: INK.muted, align: 'right', baseline: 'bottom', dx: -4, dy: -3 }
        : { type: 'text', color: INK.muted, align: 'right', baseline: 'top', dy: 5 },
    data: { values: [{ rate: at, value: ideal.of(at), name: ideal.name }] },
    encoding: { x: frame.x, y: { field: 'value', type: 'quantitative', ...y }, text: { field: 'name' } },
  };
  const measures = [...new Set(points.map(({ measure }) => measure))];
  return {
    width: PLOT_WIDTH,
    height: 150,
    layer: [reference, ...kneeLines(frame), ...marks(frame, y, points, measures, {}), label],
  };
}

/** As the rates: with one of the two on a log scale only, the line on which both are equal would be bent. */
function throughputAxis({ logRates }: Frame, points: LoadRow[]): object {
  const values = points.flatMap(({ rate, value }) => [rate, value]);
  if (logRates) {
    const { domain, ticks } = logAxis(values);
    const scale = { type: 'log', domain, nice: false };
    return { title: 'throughput (1/s, log scale)', scale, axis: { values: ticks, format: ',~r' } };
  }
  const domain = linearDomain(values);
  return { title: `throughput (1/s${domain[0] > 0 ? ', not from 0' : ''})`, scale: { domain, nice: false } };
}

/** Never so narrow that noise looks like a cliff. */
function stressScale(points: LoadRow[]): object {
  const values = points.map(({ value }) => value);
  return { zero: false, domainMin: Math.min(0.95, ...values), domainMax: Math.max(1.1, ...values) };
}

function marks(frame: Frame, y: object, points: LoadRow[], measures: LoadMeasure[], more: object): object[] {
  const { color, shape, full } = frame.marks;
  const at = { x: frame.x, y: { field: 'value', type: 'quantitative', ...y }, color };
  const tooltip = [
    { field: full.field, type: 'nominal', title: 'of' },
    { field: 'measure', title: 'measure' },
    { field: 'rate', title: 'rate', format: ',.4~r' },
    { field: 'value', title: 'value', format: ',.4~r' },
  ];
  return [
    { data: { values: rowsOf(frame, 'levels', measures) }, mark: { type: 'line' }, encoding: { ...at, ...more } },
    {
      data: { values: points },
      mark: { type: 'point', size: 45, opacity: 0.85 },
      transform: full.transform,
      encoding: { ...at, shape, tooltip },
    },
  ];
}
