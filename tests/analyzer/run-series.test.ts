import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { placeActivity } from '../../analyzer/activity.js';
import { coldStarts } from '../../analyzer/cold-starts.js';
import type { RunSeries } from '../../analyzer/dynamics.js';
import { takeMeasuredWorkers } from '../../analyzer/measured-workers.js';
import { runSeries } from '../../analyzer/run-series.js';
import { openTables, type Tables } from '../../records/tables.js';
import { estimateShare } from '../../statistics/share.js';
import { joinRows, manifestOf, ZERO_EPOCH_MS, type GivenRow } from '../support/joined-rows.js';

let tables: Tables;
beforeEach(async () => {
  tables = await openTables();
});
afterEach(() => tables.close());

/** Of a test of 12 s, whose bins are 100 ms, unless something lasts longer. */
async function seriesOf(rows: readonly GivenRow[], manifest = manifestOf('local_openwhisk')): Promise<RunSeries> {
  await joinRows(tables, rows);
  await takeMeasuredWorkers(tables);
  await placeActivity(tables, manifest);
  return runSeries(tables, { config: { test_duration_in_seconds: 12 } });
}

/** The bins that are not 0, as `bin: value`. */
function filled(list: readonly number[] | null): Record<number, number> {
  return Object.fromEntries((list ?? []).flatMap((value, bin) => (value === 0 ? [] : [[bin, value]])));
}

const dropped: GivenRow = { sent_ms: null, outcome: 'dropped', error: 'in_flight_limit', status: null };
const sum = (list: readonly number[]): number => list.reduce((total, value) => total + value, 0);

test('rates are counts a second, each row in the bin of its own moment', async () => {
  const { bin_ms, bins, ...series } = await seriesOf([
    { planned_ms: 10, fired_ms: 110, sent_ms: 110, end_ms: 250 },
    { planned_ms: 99.999, fired_ms: 100, sent_ms: 101, end_ms: 200 },
    // fired a little before its time, and failed: it completes nothing
    { planned_ms: 0, fired_ms: -0.5, sent_ms: 0, end_ms: 5, outcome: 'failed', error: 'throttled', status: 429 },
    { planned_ms: 300, ...dropped },
  ]);
  // 12 s in at most 120 bins of a round width: 100 ms, the last one of which begins at 12 s
  expect([bin_ms, bins]).toEqual([100, 121]);
  // one row in a bin of 0.1 s is 10 a second
  expect(filled(series.planned_per_s)).toEqual({ 0: 30, 3: 10 });
  expect(filled(series.fired_per_s)).toEqual({ 0: 10, 1: 20 });
  expect(filled(series.completed_per_s)).toEqual({ 2: 20 });
  expect(Object.keys(series.errors)).toEqual(['in_flight_limit', 'throttled']);
  expect(filled(series.errors['in_flight_limit']!)).toEqual({ 3: 1 });
  expect(filled(series.errors['throttled']!)).toEqual({ 0: 1 });
  expect(series.throttled).toEqual(series.errors['throttled']);
});

test('what was only accepted is complete when the platform ended it, and never if that is not known', async () => {
  const { completed_per_s } = await seriesOf([
    { sent_ms: 0, end_ms: 5, status: 202, activation: { start_ms: 1, end_ms: 730, wait_ms: 1 } },
    { sent_ms: 0, end_ms: 5, status: 202 },
    { sent_ms: 0, end_ms: 5, status: 202, activation: { start_ms: 1, end_ms: 730, wait_ms: 1, success: false } },
  ]);
  expect(filled(completed_per_s)).toEqual({ 7: 10 });
});

test('in flight is the most at one moment of a bin, and stays where nothing changes', async () => {
  const { in_flight } = await seriesOf([
    { sent_ms: 110, end_ms: 450 },
    { sent_ms: 120, end_ms: 130 },
    { sent_ms: 130, end_ms: 460 },
    { sent_ms: 470, end_ms: 480 },
  ]);
  // at 130 one ends before the other is sent: never three. 200 to 400 ms: nothing changes. 450 to 480: two, then one, none, one
  expect(filled(in_flight)).toEqual({ 1: 2, 2: 2, 3: 2, 4: 2 });
});

test('what was never sent is not in flight, what has no end stays to the last bin', async () => {
  const { in_flight } = await seriesOf([
    dropped,
    { sent_ms: null, fired_ms: 5, end_ms: 500, outcome: 'failed', error: 'timeout', status: null },
    { sent_ms: 11_850, end_ms: null, outcome: 'lost', error: 'interrupted', status: null },
  ]);
  expect(filled(in_flight)).toEqual({ 118: 1, 119: 1, 120: 1 });
});

test('a worker is live from the begin of its first execution, its init with it, to the end of its last', async () => {
  const ids = { exist_id: 'bf059391-34f7-42b7-9f1b-97ce090b3ca3', new_id: '038b59dc-7cd3-4689-964a-d98ee74d66d6' };
  const rows: GivenRow[] = [
    // Lambda's start lies behind the init, which began at 90
    { sent_ms: 0, end_ms: 400, activation: { worker: 'a', start_ms: 150, end_ms: 190, duration_ms: 100, init_ms: 60 } },
    { sent_ms: 600, end_ms: 900, activation: { worker: 'a', start_ms: 610, end_ms: 780 } },
    { sent_ms: 300, end_ms: 400, activation: { worker: 'b', start_ms: 310, end_ms: 390 } },
    { sent_ms: 300, end_ms: 400, activation: { start_ms: 310, end_ms: 390 } },
    // its times are the client's: an upper bound
    { sent_ms: 500, end_ms: 520, body: JSON.stringify({ stat: ids }) },
  ];
  const { live_workers, executions, workers_told } = await seriesOf(rows, manifestOf('lambda'));
  expect(filled(live_workers)).toEqual({ 0: 1, 1: 1, 2: 1, 3: 2, 4: 1, 5: 2, 6: 1, 7: 1 });
  expect([executions, workers_told]).toEqual([5, 4]);
});

test('where no worker is told there are no live workers, which is not 0', async () => {
  const { live_workers, executions } = await seriesOf([{ activation: { start_ms: 0, end_ms: 5 } }, {}]);
  expect([live_workers, executions]).toEqual([null, 1]);
});

test('a run without a row, or never started, has an axis and nothing on it', async () => {
  for (const startEpochMs of [ZERO_EPOCH_MS, null]) {
    const series = await seriesOf([], manifestOf('generic', startEpochMs));
    expect(series).toMatchObject({ bin_ms: 100, bins: 121, clock_offset_ms: null, live_workers: null, errors: {} });
    for (const list of [series.planned_per_s, series.completed_per_s, series.in_flight, series.throttled])
      expect(list).toEqual(Array.from({ length: 121 }, () => 0));
  }
});

test('the axis reaches to the last answer, and to the last end on the platform', async () => {
  // 30 s in at most 120 bins: 500 ms (250 is no round width), and the one that holds the last moment
  expect(await seriesOf([{ sent_ms: 5, end_ms: 30_000 }])).toMatchObject({ bin_ms: 500, bins: 61 });
  const accepted = { sent_ms: 0, end_ms: 5, status: 202, activation: { start_ms: 2, end_ms: 45_000, wait_ms: 1 } };
  expect(await seriesOf([accepted])).toMatchObject({ bin_ms: 500, bins: 91 });
});

describe("the platform's clock", () => {
  /** 40 calls of 100 ms, each 5 ms on its way there and 5 ms back, a worker each. */
  const calls = (aheadMs: number, more: (sentMs: number, i: number) => GivenRow = () => ({})): GivenRow[] =>
    Array.from({ length: 40 }, (_, i): GivenRow => {
      // no edge of a bin is nearer than the 5 ms
      const sent_ms = 200 * i + 20;
      const start_ms = sent_ms + 5 + aheadMs;
      const activation = { worker: `w${i}`, start_ms, end_ms: start_ms + 90, wait_ms: 0 };
      return { planned_ms: sent_ms, sent_ms, end_ms: sent_ms + 100, activation, ...more(sent_ms, i) };
    });

  test('is left alone where nothing speaks against it', async () => {
    for (const ahead of [-5, 0, 5]) expect((await seriesOf(calls(ahead))).clock_offset_ms).toBe(0);
  });

  test.each([3_600_000, -3_600_000, 250, -250])('ahead by %i ms is set right as far as it must be', async (ahead) => {
    const right = await seriesOf(calls(0));
    const series = await seriesOf(calls(ahead));
    // all that can be known: between sent and end there are 5 ms on either side
    expect(Math.abs(series.clock_offset_ms! + ahead)).toBeLessThanOrEqual(5 + 1e-6);
    expect(series.bins).toBe(right.bins);
    expect(filled(series.live_workers)).toEqual(filled(right.live_workers));
  });

  test('is known of accepted calls by their wait: they arrived before they were accepted', async () => {
    const accepted = (sentMs: number): GivenRow => ({ status: 202, end_ms: sentMs + 10 });
    expect((await seriesOf(calls(60_000, accepted))).clock_offset_ms).toBeCloseTo(-59_995, 6);
    expect((await seriesOf(calls(-60_000, accepted))).clock_offset_ms).toBeCloseTo(59_995, 6);
  });

  test('is not judged by calls that were given up, nor by a single odd record', async () => {
    const odd = (_: number, i: number): GivenRow =>
      i === 7 ? { activation: { start_ms: 90_000, end_ms: 90_010, wait_ms: 80_000 } } : {};
    expect((await seriesOf(calls(0, odd))).clock_offset_ms).toBe(0);
    const givenUp = (sentMs: number): GivenRow => ({
      end_ms: sentMs + 50,
      outcome: 'failed',
      error: 'timeout',
      status: null,
    });
    expect((await seriesOf(calls(0, givenUp))).clock_offset_ms).toBe(0);
  });
});

/** The highest level of each bin, by counting at every beginning. */
function naivePeaks(spans: readonly { from: number; upto: number | null }[], binUs: number, bins: number): number[] {
  const binOf = (us: number): number => Math.min(bins - 1, Math.max(0, Math.floor(us / binUs)));
  const exact = spans.map(({ from, upto }) => ({ from, upto: upto === null ? Infinity : Math.max(upto, from + 1) }));
  const levelAt = (us: number): number => exact.filter(({ from, upto }) => from <= us && us < upto).length;
  return Array.from({ length: bins }, (_, bin) => {
    const before = exact.filter(
      ({ from, upto }) => binOf(from) < bin && (upto === Infinity || binOf(upto) >= bin),
    ).length;
    return Math.max(before, ...exact.filter(({ from }) => binOf(from) === bin).map(({ from }) => levelAt(from)));
  });
}

test('peaks are those of a naive simulation, levels are never negative, sums are the totals', async () => {
  const us = fc.oneof(
    fc.nat(12_000_000),
    fc.nat(120).map((bin) => bin * 100_000),
    fc.nat(30).map((n) => 3_000_000 + n),
  );
  const row = fc.record({
    planned: us,
    sent: fc.option(us, { freq: 8 }),
    took: fc.oneof(fc.nat(5), fc.nat(3_000_000)),
    ends: fc.boolean(),
    fails: fc.boolean(),
    worker: fc.constantFrom('a', 'b', 'c', null),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 60 }), async (rows) => {
      const series = await seriesOf(
        rows.map(({ planned, sent, took, ends, fails, worker }): GivenRow => {
          if (sent === null) return { planned_ms: planned / 1e3, ...dropped };
          const end_ms = ends ? (sent + took) / 1e3 : null;
          const outcome = !ends ? 'lost' : fails ? 'failed' : 'ok';
          const times = { start_ms: sent / 1e3, end_ms, wait_ms: 0 };
          return {
            planned_ms: planned / 1e3,
            sent_ms: sent / 1e3,
            end_ms,
            outcome,
            error: outcome === 'ok' ? null : outcome === 'lost' ? 'interrupted' : 'throttled',
            status: ends ? 200 : null,
            ...(end_ms === null ? {} : { activation: { ...times, worker } }),
          };
        }),
      );
      const { bin_ms, bins } = series;
      const sent = rows.flatMap(({ sent, took, ends }) =>
        sent === null ? [] : [{ from: sent, upto: ends ? sent + took : null }],
      );
      expect(series.in_flight).toEqual(naivePeaks(sent, bin_ms * 1e3, bins));
      const lives = ['a', 'b', 'c'].flatMap((name) => {
        const own = rows.filter(({ sent, ends, worker }) => sent !== null && ends && worker === name);
        if (own.length === 0) return [];
        return [
          {
            from: Math.min(...own.map(({ sent }) => sent!)),
            upto: Math.max(...own.map(({ sent, took }) => sent! + took)),
          },
        ];
      });
      expect(series.live_workers).toEqual(lives.length === 0 ? null : naivePeaks(lives, bin_ms * 1e3, bins));
      for (const level of [...series.in_flight, ...(series.live_workers ?? [])])
        expect(level).toBeGreaterThanOrEqual(0);
      const total = (perS: readonly number[]) => (sum(perS) * bin_ms) / 1e3;
      expect(total(series.planned_per_s)).toBeCloseTo(rows.length, 9);
      expect(total(series.fired_per_s)).toBeCloseTo(sent.length, 9);
      const ok = rows.filter(({ sent, ends, fails }) => sent !== null && ends && !fails).length;
      expect(total(series.completed_per_s)).toBeCloseTo(ok, 9);
      expect(sum(Object.values(series.errors).map(sum))).toBe(rows.length - ok);
    }),
    { numRuns: 12 },
  );
});

test('of a million rows a few hundred come out of the database', async () => {
  await joinRows(tables, [{}]);
  // 1,000 a second, 50 ms each; every fortieth is cold, 300 workers, one of a hundred is throttled
  await tables.run(`
    CREATE OR REPLACE TEMP TABLE joined_rows AS
    SELECT one.* EXCLUDE (function, error, worker) REPLACE (
      i AS seq, i::DOUBLE AS planned_ms, i + 0.1 AS fired_ms, i + 0.2 AS sent_ms, i + 50.2 AS end_ms, i % 100 = 0 AS failed,
      i % 40 = 0 AS cold, ${ZERO_EPOCH_MS} + i + 5.0::DOUBLE AS start_ms, ${ZERO_EPOCH_MS} + i + 45.0::DOUBLE AS platform_end_ms,
      40.0::DOUBLE AS duration_ms, 0.0::DOUBLE AS wait_ms
    ), 'f' || (i % 3) AS function, CASE WHEN i % 100 = 0 THEN 'throttled' END AS error, 'w' || (i % 300) AS worker
    FROM (SELECT * FROM joined_rows LIMIT 1) AS one, range(1000000) AS numbers(i)`);
  let rows = 0;
  const watched: Tables = {
    ...tables,
    async query<Row>(sql: string, bound?: Record<string, string | number | boolean | null>) {
      const answer = await tables.query<Row>(sql, bound);
      rows += answer.length;
      return answer;
    },
  };
  const measured = await takeMeasuredWorkers(watched);
  await placeActivity(watched, manifestOf('local_openwhisk'));
  const series = await runSeries(watched, { config: { test_duration_in_seconds: 1_000 } });
  const group = { name: 'f0', cold_share: estimateShare([]) };
  await coldStarts(
    watched,
    { overall: group, functions: [group] } as unknown as Parameters<typeof coldStarts>[1],
    measured,
  );
  // 4 statements of at most 121 bins, 3 functions of at most 42 classes, 3 statements of one row
  expect(rows).toBeLessThan(4 * 121 + 3 * 42 + 3);
  expect(sum(series.throttled)).toBe(10_000);
  // sent every ms and 50 ms under way; of 300 workers each is used again every 300 ms
  expect(Math.max(...series.in_flight)).toBe(50);
  expect(Math.max(...series.live_workers!)).toBe(300);
});
