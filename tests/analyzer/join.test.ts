import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { joinRun, type JoinedRow } from '../../analyzer/join.js';
import { openTables, type Tables } from '../../records/tables.js';
import { writeActivations } from '../../records/write-activations.js';
import { makeRun } from '../support/run-fixture.js';

let folder: string;
let tables: Tables;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faaslab-join-'));
  tables = await openTables();
});
afterEach(async () => {
  tables.close();
  await rm(folder, { recursive: true });
});

const joined = (): Promise<JoinedRow[]> => tables.query<JoinedRow>('SELECT * FROM joined_whole ORDER BY seq');

test('every planned row is joined exactly once, whatever became of it', async () => {
  const run = await makeRun(folder);
  await joinRun(tables, run.directory);
  const rows = await joined();
  expect(rows.map((row) => row.seq)).toEqual(run.invocations.map((row) => row.seq));
  expect(rows.filter((row) => row.outcome === 'dropped').map((row) => [row.response_ms, row.duration_ms])).toEqual([
    [null, null],
  ]);
});

test('the parts of the response time sum to it, to 1e-9 ms', async () => {
  const run = await makeRun(folder);
  await joinRun(tables, run.directory);
  const answered = (await joined()).filter((row) => row.response_ms !== null);
  expect(answered).toHaveLength(599);
  for (const row of answered) {
    const init = row.init_ms ?? 0;
    const sum = row.lateness_ms! + row.send_wait_ms! + row.network_front_ms! + row.wait_ms! + init + row.execution_ms!;
    expect(Math.abs(sum - row.response_ms!)).toBeLessThan(1e-9);
  }
});

test('the last attempt is joined and the attempts are counted; components of sequences join nothing', async () => {
  const run = await makeRun(folder, { rows: 20 });
  const [first, second] = run.activations;
  const retried = { ...first!, attempt: 2, duration_ms: 777 };
  const component = {
    ...second!,
    activation_id: run.invocations[0]!.activation_id!,
    cause: second!.activation_id,
    attempt: 9,
  };
  await writeActivations(tables, join(run.directory, 'activations.parquet'), [[retried], run.activations, [component]]);
  await joinRun(tables, run.directory);
  const rows = await joined();
  expect(rows).toHaveLength(20);
  const row = rows.find((row) => row.activation_id === first!.activation_id)!;
  expect([row.attempt, row.attempts, row.duration_ms]).toEqual([2, 2, 777]);
  expect(rows.filter((row) => row.attempts === 1)).toHaveLength(18);
});

test('a row answered by acceptance has an acceptance time and no response time or parts', async () => {
  const run = await makeRun(folder, { rows: 10, blocking: false });
  await joinRun(tables, run.directory);
  const [row] = await joined();
  expect(row!.acceptance_ms).toBeCloseTo(row!.end_ms! - row!.planned_ms, 9);
  expect([row!.response_ms, row!.network_front_ms]).toEqual([null, null]);
});

test('an activation that failed makes its row failed although the client saw ok', async () => {
  const run = await makeRun(folder, {
    rows: 10,
    blocking: false,
    activation: (row) => ({ ...row, success: false }),
  });
  await joinRun(tables, run.directory);
  const rows = (await joined()).filter((row) => row.outcome === 'ok');
  expect(rows).toHaveLength(9);
  expect(rows.every((row) => row.failed)).toBe(true);
});

test('a run whose activations were never pulled joins to nulls', async () => {
  const run = await makeRun(folder, { rows: 10, pulled: false });
  await joinRun(tables, run.directory);
  const rows = await joined();
  expect(rows).toHaveLength(10);
  expect(rows.every((row) => row.duration_ms === null && row.cold === null && row.attempts === null)).toBe(true);
});

test('a table that was cut off or is none is named, with what is wrong', async () => {
  const run = await makeRun(folder, { rows: 10 });
  const path = join(run.directory, 'invocations.parquet');
  await truncate(path, 100);
  await expect(joinRun(tables, run.directory)).rejects.toThrow(
    /invocations\.parquet cannot be read, it may be cut off/,
  );
  await rm(path);
  await expect(joinRun(tables, run.directory)).rejects.toThrow(/invocations\.parquet is missing/);
  await writeFile(path, 'seq\n1\n');
  await expect(joinRun(tables, run.directory)).rejects.toThrow(/cannot be read/);
});
