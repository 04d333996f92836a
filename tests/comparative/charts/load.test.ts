import { beforeAll, expect, test } from 'vitest';
import { renderSvg } from '../../../plotting/render.js';
import type { SimulatedRun } from '../archive-fixture.js';
import { panelRows, picturesOf } from './scenes.js';

const RATES = [5, 10, 20, 40, 80, 160];
/** Serves 40 a second at most; a function of 20 ms. */
const medianAt = (rate: number) => (rate <= 40 ? 20 : 20 + 40 * (rate - 40));

const runs = RATES.flatMap((rate): SimulatedRun[] =>
  (rate > 10 ? ['bends'] : ['bends', 'straight']).map((category) => ({
    test: `${category}_${rate}ps`,
    instances: [
      {
        rows: 60,
        ratePerS: rate,
        medianMs: category === 'bends' ? medianAt(rate) : 20 + rate,
        sigma: 0.1,
        coldShare: 0,
      },
    ],
    perf: {
      sampler: `SELECT host, ${rate} / 2.0 AS cpu_busy_pct, 10.0 * moment AS time_ms, ${Array.from({ length: 14 }, (_, i) => `${i} AS other_${i}`)}
        FROM (VALUES ('node1'), ('node2')) AS h(host), range(5) AS m(moment)`,
    },
  })),
);

let pictures: Awaited<ReturnType<typeof picturesOf>>;
beforeAll(async () => {
  pictures = await picturesOf(runs);
});

test('the load curve has time, throughput and rel_stress for each category, and the knee of the one that bends', async () => {
  const chart = pictures.drawn['load-curve']!;
  const panels = panelRows(chart);
  expect(panels).toHaveLength(3);
  const knees = panels[0]!.find((rows) => 'text' in rows[0]!)!;
  // the fixture serves 98 % of every rate, so power falls as soon as time grows faster than the rate
  expect(knees).toMatchObject([{ series: 'bends · hello', rate: 40, text: 'knee of bends · hello: 40/s (next 80)' }]);
  const stress = panels[2]!.find((rows) => rows[0]!['measure'] === 'rel_stress')!;
  expect(stress).toHaveLength(8);
  for (const row of stress) expect(row['value']).toBeCloseTo(1 / 0.98, 9);
  expect(chart.caption).toContain('greatest throughput ÷ mean response time (power, after Kleinrock)');
  expect((await renderSvg(chart.spec)).match(/stroke-dasharray="4,4"/g)).toHaveLength(3);
});

test('runs whose planned rates differ by chance stand at the rate that was asked for, joined by their median', async () => {
  const { drawn } = await picturesOf(
    [10, 20].flatMap((rate) =>
      [19, 20, 24].map((medianMs) => ({
        test: `a_${rate}ps`,
        instances: [{ rows: 60, ratePerS: rate, medianMs, sigma: 0.001, coldShare: 0 }],
      })),
    ),
  );
  const [time] = panelRows(drawn['load-curve']!);
  const levels = time![0]!.filter(({ measure }) => measure === 'p50');
  expect(levels.map(({ rate, value }) => [rate, Math.round(value as number)])).toEqual([
    [10, 20],
    [20, 20],
  ]);
  expect(drawn['load-curve']!.caption).toContain('No knee is looked for with fewer than 5 rates');
});

test('of one category on both sides each side has its curve and its counters: the median of both would be neither', async () => {
  const { drawn } = await picturesOf(
    ['old', 'new'].flatMap((side, i) =>
      [10, 20].map((rate): SimulatedRun => ({
        test: `json_${rate}ps`,
        tags: [side],
        instances: [{ rows: 60, ratePerS: rate, medianMs: 20 + 20 * i, sigma: 0.001, coldShare: 0 }],
        perf: {
          sampler: `SELECT 'lab' AS host, ${50 + 10 * i} AS cpu_busy_pct, 10.0 * m AS time_ms FROM range(5) AS t(m)`,
        },
      })),
    ),
    { baseline: 'old', candidate: 'new' },
  );
  const lines = panelRows(drawn['load-curve']!)[0]![0]!;
  expect(lines.map(({ series, rate, value }) => [series, rate, Math.round(value as number)])).toEqual([
    ['old · json · hello', 10, 20],
    ['old · json · hello', 20, 20],
    ['new · json · hello', 10, 40],
    ['new · json · hello', 20, 40],
  ]);
  expect(drawn['load-curve']!.caption).toContain('Each side is drawn for itself.');
  const means = panelRows(drawn['counters']!)[0]!.at(-1)!;
  expect(new Set(means.map(({ series, value }) => `${String(series)} ${String(value)}`))).toEqual(
    new Set(['old · json 50', 'new · json 60']),
  );
});

test('counters stand against the rate by category and host, twelve of them, and the caption counts the others', async () => {
  const chart = pictures.drawn['counters']!;
  const panels = panelRows(chart);
  expect(panels).toHaveLength(12);
  const points = panels[0]!.at(-1)!;
  expect(new Set(points.map(({ series }) => series))).toEqual(
    new Set(['bends · node1', 'bends · node2', 'straight · node1', 'straight · node2']),
  );
  for (const { rate, value } of points) expect(value).toBe((rate as number) / 2);
  expect(chart.caption).toContain('12 of 15 counters are drawn');
  expect(await renderSvg(chart.spec)).toContain('sampler: cpu_busy_pct');
});

test('without sides the tests that began last are drawn, and the captions tell how many were not', () => {
  for (const name of ['percentiles', 'cdf', 'warm-cold'])
    expect(pictures.drawn[name]!.caption).toContain('7 of 8 tests are drawn: those that began last.');
  expect(pictures.drawn['trend']).toBeDefined();
});

test('of many functions the six with the most rows have panels, and the caption counts the others', async () => {
  const instances = Array.from({ length: 8 }, (_, i) => ({ name: `i${i}`, function: `f${i}`, rows: 30 + i }));
  const { drawn } = await picturesOf([{ instances }]);
  expect(drawn['cdf']!.caption).toContain('Of 8 functions 6 were taken: those in the most tests with the most rows.');
  const titles = (drawn['cdf']!.spec['concat'] as { title: { text: string } }[]).map(({ title }) => title.text);
  expect(titles).toEqual(['f7', 'f6', 'f5', 'f4', 'f3', 'f2']);
});
