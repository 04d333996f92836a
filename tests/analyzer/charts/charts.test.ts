import { afterEach, expect, test } from 'vitest';
import { chartsOf, type Chart } from '../../../analyzer/charts/charts.js';
import { CONCURRENCIES } from '../../../analyzer/dynamics.js';
import type { JoinedRow } from '../../../analyzer/join.js';
import { compileSpec } from '../../../plotting/compile.js';
import type { ActivationRow } from '../../../records/activations.js';
import type { FixtureOptions } from '../../support/run-fixture.js';
import { quantileOf } from '../../../statistics/quantiles.js';
import { sampleRun, type Sample } from '../sample-analysis.js';

let sample: Sample | undefined;
afterEach(async () => {
  await sample?.close();
  sample = undefined;
});

async function chartsFor(options: FixtureOptions): Promise<Chart[]> {
  sample = await sampleRun(options);
  return chartsOf(sample.analysis, sample.tables);
}

/** All inline rows of a chart that have a field, wherever in the specification they stand. */
function rowsWith<Row>(chart: Chart, field: string): Row[] {
  const found: Row[] = [];
  JSON.stringify(chart.spec, (key, value: unknown) => {
    if (key === 'values' && Array.isArray(value))
      found.push(...(value as Row[]).filter((row) => typeof row === 'object' && field in (row as object)));
    return value;
  });
  return found;
}

function named(charts: Chart[], name: string): Chart {
  return charts.find((chart) => chart.name === name)!;
}

async function joined(): Promise<JoinedRow[]> {
  return sample!.tables.query<JoinedRow>('SELECT * FROM joined_whole ORDER BY seq');
}

test('a run with everything has every picture, and each compiles without a warning', async () => {
  const charts = await chartsFor({});
  expect(charts.map(({ name }) => name)).toEqual([
    'breakdown',
    'percentiles',
    'cdf',
    'timeline',
    'cold-starts-by-idle-time',
    'cold-starts-by-concurrency',
  ]);
  for (const { spec } of charts) compileSpec(spec);
});

test('the bars of the breakdown add up to the mean response time of the rows they are of', async () => {
  const chart = named(await chartsFor({ dropped: false }), 'breakdown');
  const bars = rowsWith<{ row: string; mean: number }>(chart, 'part').filter(({ row }) => row === 'sleep');
  const rows = (await joined()).filter((row) => row.function === 'sleep');
  const meanOf = (cold: boolean) => {
    const times = rows.filter((row) => row.cold === cold).map((row) => row.response_ms!);
    return times.reduce((sum, ms) => sum + ms, 0) / times.length;
  };
  expect(bars.reduce((sum, { mean }) => sum + mean, 0)).toBeCloseTo(meanOf(false) + meanOf(true), 6);
});

test('points of the percentile plot are the linearly interpolated quantiles', async () => {
  const chart = named(await chartsFor({ rows: 900 }), 'percentiles');
  const curve = rowsWith<{ name: string; percentile: string; ms: number }>(chart, 'percentile');
  const values = Float64Array.from(
    (await joined()).filter((row) => row.function === 'hello' && row.response_ms !== null),
    (row) => row.response_ms!,
  );
  for (const [percentile, p] of [
    ['0 %', 0],
    ['37 %', 0.37],
    ['90 %', 0.9],
    ['99 %', 0.99],
  ] as const) {
    const point = curve.find((row) => row.name === 'hello' && row.percentile === percentile)!;
    expect(point.ms).toBeCloseTo(quantileOf(values, p)!, 9);
  }
});

test('a curve is dotted where fewer than ten rows lie beyond, and has no band there', async () => {
  const chart = named(await chartsFor({ rows: 600, dropped: false }), 'percentiles');
  const curve = rowsWith<{ name: string; n: number; tail: number; sparse: boolean }>(chart, 'sparse');
  const band = rowsWith<{ name: string; tail: number }>(chart, 'low');
  const hello = curve.filter(({ name }) => name === 'hello');
  // ten of n rows lie beyond p = 1 − 10/n, that is tail = log₁₀(n/10)
  const border = Math.log10(hello[0]!.n / 10) + 1e-9;
  expect(hello.filter(({ sparse }) => !sparse).every(({ tail }) => tail <= border)).toBe(true);
  expect(hello.filter(({ sparse, tail }) => sparse && tail > border).length).toBeGreaterThan(5);
  expect(Math.max(...band.filter(({ name }) => name === 'hello').map(({ tail }) => tail))).toBeLessThanOrEqual(border);
});

test('bands of more rows than are read come from the database and enclose their curve', async () => {
  const chart = named(await chartsFor({ rows: 40_000, dropped: false }), 'percentiles');
  const band = rowsWith<{ name: string; tail: number; low: number; high: number }>(chart, 'low');
  const hello = band.filter(({ name }) => name === 'hello');
  // 24,000 rows: sectioning needs 200 beyond the quantile, so the last is p99 (240 beyond), tail 2
  expect(Math.max(...hello.map(({ tail }) => tail))).toBeCloseTo(2, 9);
  const curve = rowsWith<{ name: string; tail: number; ms: number }>(chart, 'percentile');
  for (const { tail, low, high } of hello) {
    const at = curve.find((point) => point.name === 'hello' && Math.abs(point.tail - tail) < 1e-6);
    if (at === undefined) continue;
    expect(at.ms).toBeGreaterThanOrEqual(low - 1e-9);
    expect(at.ms).toBeLessThanOrEqual(high + 1e-9);
    // a narrow interval: this many rows tell the body of a distribution within a few percent
    if (tail < 0.9) expect(high / low).toBeLessThan(1.1);
  }
});

test('rates are counts in bins per second: planned, fired and completed rows', async () => {
  const chart = named(await chartsFor({ rows: 3_000 }), 'timeline');
  const bins = rowsWith<{ t: number } & Record<'planned' | 'fired' | 'completed', number>>(chart, 'planned');
  const width = bins[1]!.t - bins[0]!.t;
  const total = (of: 'planned' | 'fired' | 'completed') =>
    Math.round(bins.reduce((sum, bin) => sum + bin[of] * width, 0));
  expect(total('planned')).toBe(3_000);
  expect(total('fired')).toBe(2_999); // one row is dropped and was never fired
  expect(total('completed')).toBe((await joined()).filter(({ failed }) => !failed).length);
});

test('up to 5,000 responses each have their mark; above, marks of cells hold all of them', async () => {
  const few = named(await chartsFor({ rows: 5_000, dropped: false }), 'timeline');
  expect(rowsWith(few, 'state')).toHaveLength(5_000);
  expect(few.caption).toContain('Each mark is one of 5,000');
  await sample!.close();
  const many = named(await chartsFor({ rows: 6_000, dropped: false }), 'timeline');
  const cells = rowsWith<{ n: number; state: string }>(many, 'state');
  expect(cells.length).toBeLessThanOrEqual(4_000);
  expect(cells.reduce((sum, { n }) => sum + n, 0)).toBe(6_000);
  expect(many.caption).toContain('6,000 responses are too many');
  const cold = cells.filter(({ state }) => state === 'cold start').reduce((sum, { n }) => sum + n, 0);
  const rows = await joined();
  expect(cold).toBe(rows.filter((row) => row.cold && !row.failed).length);
});

test('a failed cold start keeps its sign, and a start of which nothing is known is not drawn as warm', async () => {
  let nth = 0;
  const activation = (row: ActivationRow): ActivationRow => {
    nth += 1;
    if (nth % 7 === 0) return { ...row, cold: null };
    return nth % 11 === 0 ? { ...row, cold: true, success: false } : row;
  };
  const marks = rowsWith<{ state: string }>(
    named(await chartsFor({ activation, dropped: false }), 'timeline'),
    'state',
  );
  const rows = await joined();
  const count = (isOne: (row: JoinedRow) => boolean): number => rows.filter(isOne).length;
  // 600 // 7 = 85 of which nothing is known; one that failed is a failure first
  expect(count(({ cold }) => cold === null)).toBe(85);
  for (const [state, n] of [
    ['warm', count(({ cold, failed }) => cold === false && !failed)],
    ['cold start', count(({ cold, failed }) => cold === true && !failed)],
    ['failed cold start', count(({ cold, failed }) => cold === true && failed)],
    ['start not known', count(({ cold, failed }) => cold === null && !failed)],
    ['failed', count(({ cold, failed }) => cold !== true && failed)],
  ] as const) {
    expect([state, marks.filter((mark) => mark.state === state).length]).toEqual([state, n]);
    expect(n).toBeGreaterThan(0);
  }
});

test('in flight is the peak of each bin', async () => {
  const chart = named(await chartsFor({ rows: 1_000, dropped: false }), 'timeline');
  const peak = Math.max(...rowsWith<{ peak: number }>(chart, 'peak').map(({ peak }) => peak));
  const rows = await joined();
  const inFlightAt = (t: number) => rows.filter((row) => row.sent_ms! <= t && t < row.end_ms!).length;
  expect(peak).toBe(Math.max(...rows.map((row) => inFlightAt(row.sent_ms!))));
});

test.each([
  ['all', (nth: number) => `w${nth % 3}`, 3, 'live workers', 'how long it was kept after that nobody sees'],
  [
    'some',
    (nth: number) => (nth <= 100 ? `w${nth % 3}` : null),
    3,
    'live workers, where told',
    'Only 100 of 300 executions',
  ],
  ['no', () => null, null, null, null],
])('where %s executions tell their worker the live ones are drawn accordingly', async (_, worker, most, name, note) => {
  let nth = 0;
  const activation = (row: ActivationRow) => ({ ...row, worker: worker((nth += 1)) });
  const chart = named(await chartsFor({ rows: 300, dropped: false, activation }), 'timeline');
  compileSpec(chart.spec);
  const live = rowsWith<{ workers: number }>(chart, 'workers').map(({ workers }) => workers);
  expect(live.length === 0 ? null : Math.max(...live)).toBe(most);
  const drawn = /'(live workers.*?)'/.exec(JSON.stringify(chart.spec));
  expect(drawn?.[1] ?? null).toBe(name);
  expect(chart.caption.includes(note ?? 'worker')).toBe(note !== null);
});

test('throttles are named and have their colour however few they are', async () => {
  // eight kinds of errors, of which throttled is the rarest; six are named
  const kinds = ['reset', 'refused', 'timeout', 'dns', 'tls', 'protocol', 'client_error'];
  const chart = named(
    await chartsFor({
      rows: 600,
      dropped: false,
      invocation: (row) => ({ ...row, outcome: 'failed', error: row.seq === 599 ? 'throttled' : kinds[row.seq % 7]! }),
    }),
    'timeline',
  );
  const bars = rowsWith<{ kind: string; n: number; order: number }>(chart, 'kind');
  expect(bars.filter(({ kind }) => kind === 'throttled')).toMatchObject([{ n: 1, order: 0 }]);
  expect(new Set(bars.map(({ kind }) => kind)).size).toBe(7);
  expect(bars.reduce((sum, { n }) => sum + n, 0)).toBe(600);
  const [, domain, range] = /"domain":(\["throttled".*?\]),"range":(\[.*?\])/.exec(JSON.stringify(chart.spec))!;
  expect((JSON.parse(domain!) as string[]).at(-1)).toBe('other');
  expect(new Set(JSON.parse(range!) as string[]).size).toBe(7);
});

test('errors are stacked by kind; a run without any has no such row', async () => {
  const chart = named(await chartsFor({ rows: 2_000 }), 'timeline');
  const errors = rowsWith<{ kind: string; n: number }>(chart, 'kind');
  const count = (kind: string) => errors.filter((row) => row.kind === kind).reduce((sum, { n }) => sum + n, 0);
  const rows = await joined();
  expect(count('in_flight_limit')).toBe(1);
  expect(count('function_error')).toBe(rows.filter((row) => row.error === 'function_error').length);
  await sample!.close();
  const clean = named(
    await chartsFor({
      dropped: false,
      invocation: (row) => ({ ...row, outcome: 'ok', error: null }),
      activation: (row) => ({ ...row, success: true }),
    }),
    'timeline',
  );
  expect(rowsWith(clean, 'kind')).toEqual([]);
});

test('cold starts are told apart by what was running and by the idle time before them', async () => {
  // Six activations of one function, 10 ms each, on the platform's clock; the second arrives while the first runs,
  // the third 0.5 s after the second ended, the fourth 5 s later, the fifth 30 s later, the sixth 2 min later.
  const starts = [0, 5, 515, 5_525, 35_535, 155_545];
  let at = 0;
  const charts = await chartsFor({
    rows: 6,
    dropped: false,
    functions: ['f', 'f', 'f'],
    activation: (row) => {
      const start_ms = 1_795_250_000_000 + starts[at++]!;
      return { ...row, cold: at !== 3, start_ms, wait_ms: 0, end_ms: start_ms + 10 };
    },
  });
  const gaps = rowsWith<{ label: string; text: string }>(named(charts, 'cold-starts-by-idle-time'), 'text');
  expect(gaps.map(({ label, text }) => `${label}: ${text}`)).toEqual([
    'first of its function: 1 of 1 (100.0 %)',
    'others running: 1 of 1 (100.0 %)',
    'idle < 1 s: 0 of 1 (0.0 %)',
    'idle 1–10 s: 1 of 1 (100.0 %)',
    'idle 10–60 s: 1 of 1 (100.0 %)',
    'idle 1–10 min: 1 of 1 (100.0 %)',
  ]);
  const crowds = rowsWith<{ label: string; text: string }>(named(charts, 'cold-starts-by-concurrency'), 'text');
  expect(crowds.map(({ label, text }) => `${label}: ${text}`)).toEqual([
    'none running: 4 of 5 (80.0 %)',
    '1 running: 1 of 1 (100.0 %)',
  ]);
});

test('activations without any length on a clock of whole milliseconds are counted like the others', async () => {
  const charts = await chartsFor({
    rows: 60,
    dropped: false,
    activation: (row) => ({ ...row, wait_ms: 0, end_ms: row.start_ms }),
  });
  const crowds = rowsWith<{ n: number; label: string }>(named(charts, 'cold-starts-by-concurrency'), 'order');
  expect(crowds.reduce((sum, { n }) => sum + n, 0)).toBe(60);
  for (const { label } of crowds) expect(CONCURRENCIES).toContain(label);
});

test('where nobody waited for results the latency of the platform stands in, and says so', async () => {
  const charts = await chartsFor({ rows: 1_200, blocking: false });
  expect(charts.map(({ name }) => name)).not.toContain('breakdown');
  expect(named(charts, 'percentiles').caption).toContain("platform's latency");
});

test('latencies of 0 whole milliseconds count in the quantiles, and are drawn at 0.5', async () => {
  // Every second activation takes no time that a clock of whole milliseconds can tell, so the lower half is 0.
  const charts = await chartsFor({
    rows: 1_200,
    blocking: false,
    activation: (row) => ({ ...row, latency_ms: Math.round(row.start_ms!) % 2 === 0 ? 8 : 0 }),
  });
  const curve = rowsWith<{ percentile: string; ms: number }>(named(charts, 'percentiles'), 'percentile');
  const lowest = curve.filter(({ percentile }) => percentile === '10 %').map(({ ms }) => ms);
  expect(lowest.length).toBeGreaterThan(0);
  expect(new Set(lowest)).toEqual(new Set([0.5]));
  expect(named(charts, 'percentiles').caption).toContain('0 is drawn at 0.5');
});

test('without activations the pictures that need them are left out', async () => {
  const charts = await chartsFor({ rows: 300, pulled: false });
  expect(charts.map(({ name }) => name)).toEqual(['percentiles', 'cdf', 'timeline']);
});

test('names with dots, brackets, quotes and tags are rows of a chart, never fields or expressions', async () => {
  const functions: [string, string, string] = ['a.b[0]', `x'"\\ datum.ms`, '<script>alert(1)</script>'];
  const charts = await chartsFor({ rows: 600, functions });
  for (const { spec } of charts) {
    const compiled = JSON.stringify(compileSpec(spec), (key, value: unknown) =>
      key === 'values' || key === 'domain' ? [] : value,
    );
    for (const name of functions) expect(compiled).not.toContain(JSON.stringify(name).slice(1, -1));
  }
});

test('of many functions the seven with the most invocations are shown, and the caption says so', async () => {
  let at = 0;
  const charts = await chartsFor({ rows: 600, invocation: (row) => ({ ...row, function: `f${(at++ * at) % 12}` }) });
  const chart = named(charts, 'percentiles');
  expect(new Set(rowsWith<{ name: string }>(chart, 'percentile').map(({ name }) => name)).size).toBeLessThanOrEqual(7);
  const names = new Set((await joined()).map((row) => row.function)).size;
  expect(chart.caption.includes(`Of ${names} functions the 7`)).toBe(names > 7);
});
