import type { TrendPoint } from '../curves/trend.js';
import { TREND_MEASURES } from '../curves/trend.js';
import { type Chart, type NoChart } from './chart.js';
import type { Scene } from './scene.js';
import { seriesMarks } from './series-marks.js';
import { seriesName } from './series-name.js';
import { beside } from './trend-places.js';
import { trendCaption } from './trend-caption.js';
import { startAxis, trendPanel, trendRows } from './trend-panel.js';
import type { TrendSeries } from './trend-series.js';

const NAME = 'trend';

/**
 * p50, p99, error rate and throughput of each test over the time at which its runs began; runs of one test are joined, invalid
 * ones are crossed out.
 */
export function trendChart(
  scene: Scene,
  points: readonly TrendPoint[],
  series: readonly TrendSeries[],
): Chart | NoChart {
  const starts = new Set(points.map(({ startEpochMs }) => startEpochMs));
  if (starts.size < 2) return { name: NAME, why: 'A trend needs two runs that began at different times.' };
  const single = new Set(series.map((each) => each.function)).size === 1;
  // With one function everywhere, its name says nothing.
  const nameOf = (point: TrendPoint) => (single ? point.test : seriesName(point.test, point.function));
  const marks = seriesMarks([...new Set(points.map(nameOf))], single ? scene.sideColours : {});
  const places = beside(points);
  const named = points.map((point, i) => ({ ...point, series: marks.short(nameOf(point)), at: places[i]! }));
  const panels = TREND_MEASURES.flatMap((measure) => {
    const values = trendRows(named, measure);
    return values.length === 0 ? [] : [{ measure, values }];
  });
  if (panels.length === 0) return { name: NAME, why: 'Nothing was measured that could be followed over time.' };
  return {
    name: NAME,
    title: 'From run to run',
    caption: trendCaption(points, series, starts.size < points.length),
    spec: {
      vconcat: panels.map(({ measure, values }, i) =>
        trendPanel(scene, measure, values, { x: startAxis(places, i === panels.length - 1), marks }),
      ),
      resolve: { scale: { color: 'shared', shape: 'shared' } },
    },
  };
}
