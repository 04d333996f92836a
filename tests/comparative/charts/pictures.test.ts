import { beforeAll, expect, test } from 'vitest';
import type { SimulatedRun } from '../archive-fixture.js';
import { renderSvg } from '../../../plotting/render.js';
import { panelRows, picturesOf } from './scenes.js';

type Pictures = Awaited<ReturnType<typeof picturesOf>>;

/** Two versions of two functions, three runs each; `cpu` was cold more often in the second, `hello` is slower by a quarter. */
const versions = [0, 1].flatMap((version) =>
  [0.97, 1, 1.03].map((factor): SimulatedRun => ({
    test: `v${version + 1}`,
    instances: [
      { name: 'a', function: 'hello', rows: 240, medianMs: factor * (version === 0 ? 20 : 25), coldShare: 0.1 },
      { name: 'b', function: 'cpu', rows: 160, medianMs: 60, coldShare: 0.1 + 0.2 * version },
    ],
    manifest: version === 1 && factor === 1 ? { verdict: { valid: false, reasons: ['late'] } } : {},
  })),
);

let pictures: Pictures;
beforeAll(async () => {
  pictures = await picturesOf(versions);
});

test('of two sides with three runs each everything is drawn that needs no second rate, and the rest says why not', () => {
  expect(Object.keys(pictures.drawn)).toEqual([
    'forest',
    'percentiles',
    'cdf',
    'quantile-shift',
    'warm-cold',
    'trend',
    'latency-over-time',
  ]);
  expect(pictures.why).toEqual({
    'load-curve': 'No category of tests was offered two different rates, so there is no load curve.',
    counters: 'The archives hold no counters of hosts: perf_monitoring of the config makes them.',
  });
});

test('every picture compiles without a warning of Vega-Lite and draws marks', async () => {
  for (const { spec } of Object.values(pictures.drawn))
    expect((await renderSvg(spec)).match(/<path/g)!.length).toBeGreaterThan(20);
});

test('every picture says of what it is, so that it can stand without the page', () => {
  for (const { about } of Object.values(pictures.drawn))
    // of three runs of 240 and 160 rows
    expect(about).toBe('baseline “v1”: 3 runs, 1,200 rows\u00a0· candidate “v2”: 3 runs, 1,200 rows');
});

test('every caption says what its intervals are: their level and method, or that there are none', () => {
  const said = {
    forest: /95 % intervals.*by Welch’s t, one figure a run.*3 runs with 480 to 720 rows of the baseline/,
    percentiles: /three or more runs the band is its 95 % interval over the runs \(Student’s t\)/,
    cdf: /95 % band over the runs \(Student’s t\)/,
    'quantile-shift': /95 % intervals by Welch’s t/,
    'warm-cold': /thin ends are the 5th and the 95th percentile.*say nothing of chance/,
    trend: /own 95 % interval \(times and throughput by sectioning, tails by the moving-block bootstrap/,
    'latency-over-time': /of 2,400 rows/,
  };
  for (const [name, pattern] of Object.entries(said)) expect(pictures.drawn[name]!.caption, name).toMatch(pattern);
});

test('the cumulative distributions are a panel a function, the one with more rows first, with both sides and a band', () => {
  const panels = panelRows(pictures.drawn['cdf']!);
  expect(panels).toHaveLength(2);
  const [hello] = panels as [{ label: string; ms: number; share: number; low: number; high: number }[][]];
  const curve = (label: string) => hello[0]!.filter((point) => point.label === label);
  for (const label of ['v1', 'v2']) {
    expect(curve(label)[0]!.share).toBe(0);
    expect(curve(label).at(-1)!.share).toBe(1);
    expect(curve(label).every(({ low, share, high }) => low <= share && share <= high)).toBe(true);
  }
  // medians of 20 and 25 ms, moved up by a tenth of cold starts, within bins of 1 %
  const median = (label: string) => curve(label).find(({ share }) => share >= 0.5)!.ms;
  expect(median('v2') / median('v1')).toBeGreaterThan(1.15);
  expect(median('v2') / median('v1')).toBeLessThan(1.35);
});

test('what each curve rests on stands in its panel', () => {
  const { spec } = pictures.drawn['cdf']!;
  const titles = (spec['concat'] as { title: { text: string; subtitle: string[] } }[]).map(({ title }) => title);
  expect(titles).toMatchObject([
    { text: 'hello', subtitle: ['720 rows in 3 runs of v1', '720 rows in 3 runs of v2'] },
    { text: 'cpu', subtitle: ['480 rows in 3 runs of v1', '480 rows in 3 runs of v2'] },
  ]);
});

test('the quantile shift has for each function its ratios and its milliseconds, p95 being the last that 160 rows can tell of cpu', () => {
  const panels = panelRows(pictures.drawn['quantile-shift']!) as { quantile: string; value: number; low: number }[][][];
  expect(panels).toHaveLength(4);
  const [helloRatios, helloMs, cpuRatios] = panels.map(([rows]) => rows!);
  const deciles = ['p10', 'p20', 'p30', 'p40', 'p50', 'p60', 'p70', 'p80', 'p90'];
  // 10 rows beyond: p95 needs 200 rows, p90 100
  expect(helloRatios!.map(({ quantile }) => quantile)).toEqual([...deciles, 'p95']);
  expect(cpuRatios!.map(({ quantile }) => quantile)).toEqual(deciles);
  const p50 = helloRatios!.find(({ quantile }) => quantile === 'p50')!;
  const inTable = pictures.result.comparisons.find(({ name, measure }) => name === 'hello' && measure === 'p50')!;
  expect(p50).toMatchObject({ value: inTable.change.value, low: inTable.change.low });
  const ms = helloMs!.find(({ quantile }) => quantile === 'p50')!;
  expect(ms).toMatchObject({ value: inTable.other.value, low: inTable.other.low });
});

test('warm and cold boxes count every row of a side, cold starts longer than warm ones', async () => {
  interface Box {
    line: string;
    n: number;
    runs: number;
    p5: number;
    p95: number;
  }
  const [hello] = panelRows(pictures.drawn['warm-cold']!) as unknown as [Box[][]];
  const [boxes] = hello;
  expect(boxes!.map(({ line }) => line)).toEqual(['warm · v1', 'warm · v2', 'cold · v1', 'cold · v2']);
  expect(boxes![0]!.n + boxes![2]!.n).toBe(720);
  // a cold start takes 300 ms more; of a warm one of 20 ms with σ = 0.3 less than one in a million takes 100
  expect(boxes![0]!.p95).toBeLessThan(100);
  expect(boxes![2]!.p5).toBeGreaterThan(300);
});

test('the trend joins each function of a test over the starts of its runs, and marks the invalid one', () => {
  const [p50] = panelRows(pictures.drawn['trend']!) as unknown as [
    { series: string; run: string; at: number; verdict: string; low: number; value: number; high: number }[][],
  ];
  const [rows] = p50;
  expect(new Set(rows!.map(({ series }) => series))).toEqual(
    new Set(['v1 · hello', 'v1 · cpu', 'v2 · hello', 'v2 · cpu']),
  );
  expect(
    rows!
      .filter(({ verdict }) => verdict === 'invalid')
      .map(({ series }) => series)
      .sort(),
  ).toEqual(['v2 · cpu', 'v2 · hello']);
  // the two functions of a run stand beside each other, no two points in one place, and around the start of their run
  expect(new Set(rows!.map(({ at }) => at)).size).toBe(12);
  for (const { run_id: run, startEpochMs } of pictures.result.merged.runs) {
    const places = rows!.filter((row) => row.run === run).map(({ at }) => at);
    expect(places.reduce((a, b) => a + b) / 2).toBe(startEpochMs);
  }
  expect(pictures.drawn['trend']!.caption).toContain('Crossed out: invalid runs.');
  expect(rows!.every(({ low, value, high }) => low <= value && value <= high)).toBe(true);
});

test('with one run a side the bands are the run’s own, and the captions say that the spread between runs is unknown', async () => {
  const { drawn } = await picturesOf([
    { test: 'a', instances: [{ rows: 300 }] },
    { test: 'b', instances: [{ rows: 300, medianMs: 30 }] },
  ]);
  for (const name of ['percentiles', 'cdf', 'quantile-shift'])
    expect(drawn[name]!.caption).toMatch(/spread between runs/);
  expect(drawn['cdf']!.caption).toContain('by sections of time');
  expect(panelRows(drawn['cdf']!)[0]![0]!.every(({ low }) => typeof low === 'number')).toBe(true);
});

test('with two runs a side there is no band, and the reason stands below', async () => {
  const { drawn } = await picturesOf(['a', 'a', 'b', 'b'].map((test) => ({ test, instances: [{ rows: 60 }] })));
  expect(panelRows(drawn['cdf']!)[0]![0]!.every(({ low }) => low === null)).toBe(true);
  expect(drawn['cdf']!.caption).toContain('two tell too little');
  expect(drawn['percentiles']!.caption).toContain('Two runs are too few for a band');
});

test('of one test alone nothing is compared, and each picture that is not there says what it needs', async () => {
  const { drawn, why } = await picturesOf([{ instances: [{ rows: 12 }], without: ['cold'] }]);
  expect(Object.keys(drawn)).toEqual(['cdf', 'latency-over-time']);
  expect(why).toMatchObject({
    forest: 'Changes are drawn where two sides were named.',
    percentiles: 'No function has the 20 rows with a time that a median needs.',
    'quantile-shift': 'How far each quantile shifted is drawn where two sides were named.',
    'warm-cold': 'No platform told of any invocation whether it was a cold start.',
    trend: 'A trend needs two runs that began at different times.',
  });
});

test('archives without any time have reasons only', async () => {
  const { drawn, why } = await picturesOf([
    { instances: [{ rows: 12 }], without: ['response_ms', 'latency_ms'], withoutTables: ['stat'] },
  ]);
  expect(drawn).toEqual({});
  expect(why['cdf']).toBe('No time was recorded of any invocation.');
});
