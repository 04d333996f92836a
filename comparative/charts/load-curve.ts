import type { LoadCurve } from '../curves/loads.js';
import type { Chart, NoChart } from './chart.js';
import { loadCaption } from './load-caption.js';
import { loadPanels, type Frame } from './load-panels.js';
import { rateAxis, spansDecades } from './rate-axis.js';
import type { Scene } from './scene.js';
import { MOST_SERIES, seriesMarks } from './series-marks.js';
import { seriesName } from './series-name.js';

const NAME = 'load-curve';

/**
 * Latency, throughput and rel_stress against the offered rate, a line for each test category and function, of each side for
 * itself, with the knee marked: where the line of the throughput leaves the diagonal, and rel_stress its 1, the platform no
 * longer keeps up.
 */
export function loadCurveChart(scene: Scene, curves: readonly LoadCurve[]): Chart | NoChart {
  if (curves.length === 0)
    return { name: NAME, why: 'No category of tests was offered two different rates, so there is no load curve.' };
  const shown = curves.slice(0, MOST_SERIES);
  const names = shown.map(({ side, category, function: of }) =>
    [side ?? [], seriesName(category, of)].flat().join(' · '),
  );
  const marks = seriesMarks(names);
  const named = shown.map((curve, i) => ({ ...curve, series: marks.short(names[i]!) }));
  const rates = named.flatMap(({ levels }) => levels.map(({ rate }) => rate));
  const frame: Frame = { x: rateAxis(rates, 8), logRates: spansDecades(rates), marks, curves: named };
  const panels = loadPanels(scene, frame);
  if (panels.length === 0) return { name: NAME, why: 'Neither a time nor a throughput was recorded at these rates.' };
  return {
    name: NAME,
    title: 'What the load does',
    caption: loadCaption(curves, shown),
    spec: { vconcat: panels, resolve: { scale: { color: 'shared', shape: 'shared' } } },
  };
}
