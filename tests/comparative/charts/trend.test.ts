import { expect, test } from 'vitest';
import type { Scene } from '../../../comparative/charts/scene.js';
import { trendChart } from '../../../comparative/charts/trend.js';
import type { TrendPoint } from '../../../comparative/curves/trend.js';

test('the caption counts the series that have no colour left', () => {
  const series = Array.from({ length: 10 }, (_, i) => ({ test: `t${i}`, function: 'f', runs: 1 }));
  const figure = { value: 1, low: null, high: null };
  const measures = { p50: figure, p99: figure, error_rate: figure, throughput: figure };
  const points: TrendPoint[] = series.slice(0, 7).map(({ test: of }, i) => ({
    run_id: of,
    test: of,
    function: 'f',
    startEpochMs: i,
    rows: 100,
    valid: true,
    ...measures,
  }));
  // seven colours: of ten series three are not drawn
  expect(trendChart({ time: 'response_ms' } as Scene, points, series)).toMatchObject({
    caption: expect.stringContaining(' 3 more series with fewer runs not drawn.'),
  });
});
