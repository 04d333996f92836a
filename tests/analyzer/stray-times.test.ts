import { afterEach, beforeEach, expect, test } from 'vitest';
import { lateEnds, placeActivity } from '../../analyzer/activity.js';
import { runSeries } from '../../analyzer/run-series.js';
import { statRows } from '../../analyzer/stat.js';
import { periodOf } from '../../analyzer/summary.js';
import type { Manifest } from '../../records/manifest.js';
import { openTables, type Tables } from '../../records/tables.js';
import { joinRows, manifestOf, ZERO_EPOCH_MS, type GivenRow } from '../support/joined-rows.js';

let tables: Tables;
beforeEach(async () => {
  tables = await openTables();
});
afterEach(() => tables.close());

const HOUR_MS = 3_600_000;

/** 40 calls, one in 100 ms, each executed for 10 ms by a platform whose clock may be wrong. */
function calls(clockMs = 0): GivenRow[] {
  return Array.from({ length: 40 }, (_, i) => ({
    planned_ms: 100 * i,
    end_ms: 100 * i + 20,
    activation: { start_ms: 100 * i + 5 + clockMs, end_ms: 100 * i + 15 + clockMs, wait_ms: 1, cold: false },
  }));
}

async function place(rows: readonly GivenRow[]): Promise<void> {
  await joinRows(tables, rows);
  await placeActivity(tables, manifestOf('local_openwhisk'));
}

test('the period counts an invocation that was tried again from its first attempt', async () => {
  const rows = calls();
  rows[39]!.activation!.attempt = 2;
  rows[39]!.activation!.start_ms = 63_905;
  rows[39]!.activation!.end_ms = 63_915;
  await joinRows(tables, rows);
  await tables.run(
    "INSERT INTO activations SELECT * REPLACE (1 AS attempt, start_ms - 60000 AS start_ms, end_ms - 60000 AS end_ms) FROM activations WHERE activation_id = 'a39'",
  );
  const { sqlOf } = await import('../../analyzer/sql.js');
  for (const step of ['attempts', 'last_attempts', 'joined', 'first_starts']) await tables.run(sqlOf(step));
  await placeActivity(tables, manifestOf('local_openwhisk'));
  // from 5 to 3,905 ms, and not to the second attempt a minute later
  expect(await periodOf(tables)).toEqual({ period: { seconds: 3.9, rate_per_s: 40 / 3.9 }, strays: 0 });
});

test.each([0, HOUR_MS, -HOUR_MS])(
  'a start far from the run is left out of its period and counted, on a clock wrong by %s ms',
  async (clockMs) => {
    const rows = calls(clockMs);
    rows[7]!.activation!.start_ms = clockMs + 700_000;
    rows[7]!.activation!.end_ms = clockMs + 700_010;
    await place(rows);
    // the run lasts 3,920 ms: a start may lie up to 2 · 3.92 + 600 = 607.84 s after plan zero
    const { period, strays } = await periodOf(tables);
    expect([period.seconds, strays]).toEqual([3.9, 1]);
    expect(period.rate_per_s).toBeCloseTo(39 / 3.9, 9);
  },
);

test('one broken end on the platform does not stretch the axis; one that was put off for minutes does', async () => {
  const rows = calls();
  rows[7]!.activation!.end_ms = 5e9;
  await place(rows);
  const series = await runSeries(tables, { config: {} });
  // 3.92 s in at most 120 bins of a round width: 50 ms
  expect([series.bin_ms, series.bins, await lateEnds(tables)]).toEqual([50, 79, 1]);
  rows[7]!.activation!.end_ms = 300_000;
  await place(rows);
  const longer = await runSeries(tables, { config: {} });
  expect(longer.bin_ms * longer.bins).toBeGreaterThan(300_000);
  expect(await lateEnds(tables)).toBe(0);
});

test('the rate of an interrupted run is over the part of the windows that had passed', async () => {
  await place(calls());
  const config = {
    test_duration_in_seconds: 100,
    instances: { i: { application: 'f', distribution: 'Uniform', rate: 10, activity_window: [0, 50] } },
  };
  const manifest = { config, start_epoch_ms: ZERO_EPOCH_MS, instances: [{ name: 'i', function: 'f' }] };
  const rateOf = async (status: string) =>
    (await statRows(tables, { ...manifest, status } as unknown as Manifest))[0]!.rate;
  // 39 rows before the last one at 3.9 s; of a run that went to its end, 40 rows in 50 s
  expect(await rateOf('interrupted')).toBeCloseTo(10, 9);
  expect(await rateOf('complete')).toBeCloseTo(40 / 50, 9);
});
