import { coloursOf, PALETTE } from '../../plotting/theme.js';
import type { LoadCurve } from '../curves/loads.js';
import { legendNames, logAxis, type Chart, type NoChart } from './chart.js';
import { loadCaption } from './load-caption.js';
import { loadPanels, type Frame } from './load-panels.js';
import type { Scene } from './scene.js';
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
  const names = legendNames(shown.map((curve) => seriesName(curve.category, curve.function)));
  const named = shown.map((curve, i) => ({ ...curve, series: names[i]! }));
  const rates = named.flatMap(({ levels }) => levels.map(({ rate }) => rate));
  const x = rateAxis(rates);
  const color = {
    field: 'series',
    type: 'nominal',
    scale: coloursOf(named.map(({ series }) => series)),
    legend: { columns: { expr: 'max(1, floor(width / 190))' } },
  };
  const frame: Frame = { x, color, curves: named };
  const panels = loadPanels(scene, frame);
  if (panels.length === 0) return { name: NAME, why: 'Neither a time nor a throughput was recorded at these rates.' };
  return {
    name: NAME,
    title: 'What the load does',
    caption: loadCaption(curves, shown),
    spec: { title: 'What the load does', vconcat: panels, resolve: { scale: { color: 'shared' } } },
  };
}

function rateAxis(rates: number[]): object {
  const log = Math.max(...rates) / Math.min(...rates) > LOG_FROM;
  const base = { field: 'rate', type: 'quantitative', title: `offered rate (1/s${log ? ', log scale' : ''})` };
  if (!log) return { ...base, scale: { zero: false, nice: false, padding: 12 }, axis: { tickCount: 8 } };
  const { domain, ticks } = logAxis(rates);
  return { ...base, scale: { type: 'log', domain, nice: false }, axis: { values: ticks, format: ',~r' } };
}
