import { mkdtemp, rm, writeFile, truncate, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { perfTableName } from '../../comparative/combined-views.js';
import { merge } from '../../comparative/merge.js';
import { figuresOfRuns } from '../../comparative/run-figures.js';
import { listArchives } from '../../records/archive-list.js';
import { openTables, quoteName, type Tables } from '../../records/tables.js';
import { FIRST_START, replaced, writeSimulatedArchive } from './archive-fixture.js';

let root: string;
let tables: Tables;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'faaslab-merge-'));
  tables = await openTables();
});
afterEach(async () => {
  tables.close();
  await rm(root, { recursive: true });
});

const mergeAll = async () => merge(await listArchives(root), tables);

test('each joined row occurs once, however many instances share a function, with the rate of its own instance', async () => {
  const shared = [
    { name: 'slow', function: 'hello', rows: 30, ratePerS: 5 },
    { name: 'fast', function: 'hello', rows: 70, ratePerS: 20 },
  ];
  await writeSimulatedArchive(root, { test: 'json_dumps_8ps', instances: shared });
  await mergeAll();
  const rows = await tables.query(
    'SELECT instance, rate, distribution, test, test_category, run_id, count(*) AS n FROM combined_test GROUP BY ALL ORDER BY instance',
  );
  const of = { test: 'json_dumps_8ps', test_category: 'json_dumps', distribution: 'Poisson' };
  const run_id = '20261121T080000Z_json_dumps_8ps';
  expect(rows).toEqual([
    { instance: 'fast', rate: 20, ...of, run_id, n: 70 },
    { instance: 'slow', rate: 5, ...of, run_id, n: 30 },
  ]);
});

test('a run archived twice under two names counts once, with a note', async () => {
  await writeSimulatedArchive(root, { test: 'a', runId: 'the-run', instances: [{ rows: 40 }] });
  await writeSimulatedArchive(root, { test: 'b', runId: 'the-run', instances: [{ rows: 40 }] });
  const merged = await mergeAll();
  expect(merged.runs.map((run) => run.test)).toEqual(['a']);
  expect(merged.duplicates.map((run) => run.test)).toEqual(['b']);
  expect(merged.notes.join()).toContain('run the-run is counted once');
  expect(await tables.query('SELECT count(*) AS n FROM combined_test')).toEqual([{ n: 40 }]);
});

test('an archive without a column and without a stat table merges with nulls and a note', async () => {
  await writeSimulatedArchive(root, {
    test: 'old',
    instances: [{ rows: 10 }],
    without: ['cold', 'test', 'run_id'],
    withoutTables: ['stat'],
  });
  await writeSimulatedArchive(root, {
    test: 'new',
    startEpochMs: FIRST_START + 60_000,
    instances: [{ rows: 20, coldShare: 1 }],
  });
  const merged = await mergeAll();
  expect(merged.notes).toEqual([
    '2026_11_21_08_00_00_old: its test.parquet has no cold; null in its rows',
    '2026_11_21_08_00_00_old: it has no stat.parquet; rate, distribution and throughput are null',
  ]);
  const rows = await tables.query(
    'SELECT test, cold, rate, count(*) AS n FROM combined_test GROUP BY ALL ORDER BY test',
  );
  expect(rows).toEqual([
    { test: 'new', cold: true, rate: 50, n: 20 },
    { test: 'old', cold: null, rate: null, n: 10 },
  ]);
});

test('a column that no archive has is there as null', async () => {
  await writeSimulatedArchive(root, { instances: [{ rows: 3 }], without: ['latency_ms'] });
  await mergeAll();
  expect(await tables.query('SELECT DISTINCT latency_ms FROM combined_test')).toEqual([{ latency_ms: null }]);
});

test('counters of one tool merge over archives that have other columns, and a damaged one is left out with a note', async () => {
  const host = `'lab' AS host`;
  await writeSimulatedArchive(root, { test: 'a', perf: { perf: `SELECT 10.0 AS time_ms, ${host}, 7 AS ipc` } });
  await writeSimulatedArchive(root, {
    test: 'b',
    startEpochMs: FIRST_START + 60_000,
    perf: { perf: `SELECT 10.0 AS time_ms, ${host}, 9 AS misses`, cgtop: 'SELECT 1 AS cpu' },
  });
  const broken = await writeSimulatedArchive(root, {
    test: 'c',
    startEpochMs: FIRST_START + 120_000,
    perf: { perf: `SELECT 10.0 AS time_ms` },
  });
  await writeFile(join(broken, 'perf', 'perf.parquet'), 'PAR1 nonsense PAR1');
  const merged = await mergeAll();
  expect(merged.tools).toEqual(['cgtop', 'perf']);
  expect(merged.notes.join()).toMatch(/_c: perf\/perf\.parquet is left out/);
  const rows = await tables.query(
    `SELECT test, rate, distribution, ipc, misses FROM ${quoteName(perfTableName('perf'))} ORDER BY test`,
  );
  expect(rows).toEqual([
    { test: 'a', rate: 50, distribution: 'Poisson', ipc: 7, misses: null },
    { test: 'b', rate: 50, distribution: 'Poisson', ipc: null, misses: 9 },
  ]);
});

test('a table damaged in its middle is found by reading it: the archive is skipped with its reason, the others stand', async () => {
  await writeSimulatedArchive(root, { test: 'good', instances: [{ rows: 5 }] });
  const bad = await writeSimulatedArchive(root, { test: 'bad', startEpochMs: FIRST_START + 60_000 });
  const whole = (await stat(join(bad, 'test.parquet'))).size;
  await truncate(join(bad, 'test.parquet'), Math.floor(whole / 2));
  const worse = await writeSimulatedArchive(root, { test: 'worse', startEpochMs: FIRST_START + 120_000 });
  await writeFile(join(worse, 'test.parquet'), `PAR1${'x'.repeat(64)}PAR1`);
  const merged = await mergeAll();
  expect(merged.runs.map((run) => run.test)).toEqual(['good']);
  expect(merged.skipped.map(({ name }) => name)).toEqual(['2026_11_21_08_01_00_bad', '2026_11_21_08_02_00_worse']);
  expect(merged.skipped.map(({ problem }) => problem).join()).toMatch(/cut off or damaged.*cannot be read/);
});

test('text where a number belongs is a broken archive and does not turn the column of the others into text', async () => {
  await writeSimulatedArchive(root, { test: 'good', instances: [{ rows: 4 }] });
  const odd = await writeSimulatedArchive(root, { test: 'odd', startEpochMs: FIRST_START + 60_000 });
  await tables.writeParquet(`SELECT 0 AS seq, 'fast' AS response_ms`, join(odd, 'test.parquet'));
  const merged = await mergeAll();
  expect(merged.skipped).toEqual([
    { name: '2026_11_21_08_01_00_odd', problem: 'its test.parquet holds text in response_ms, where number belongs' },
  ]);
  expect(await tables.query('SELECT typeof(any_value(response_ms)) AS type FROM combined_test')).toEqual([
    { type: 'DOUBLE' },
  ]);
});

test('names with quotes, markup and slashes stay data', async () => {
  const test = `a'; DROP TABLE merged_files; -- "<script>`;
  await writeSimulatedArchive(root, { test, instances: [{ name: `in'st"1`, rows: 2 }] });
  await mergeAll();
  expect(await tables.query('SELECT DISTINCT test, instance FROM combined_test')).toEqual([
    { test, instance: `in'st"1` },
  ]);
});

test('where nothing can be read, the error names every archive and why', async () => {
  await writeFile(join(root, '20200101_old.pkl'), 'cos\nsystem');
  await expect(mergeAll()).rejects.toThrow(/20200101_old\.pkl: a pickle of FaaSProfiler/);
});

test('a column of another kind is read where each of its values means one of the right kind, and refused where one does not', async () => {
  const written = async (nth: number, replace: string) => {
    const run = { test: `t${nth}`, startEpochMs: FIRST_START + nth * 60_000, instances: [{ rows: 20 }] };
    await replaced(await writeSimulatedArchive(root, run), replace);
  };
  await written(
    0,
    `(seq % 2)::INTEGER AS failed, seq::VARCHAR AS seq, response_ms::VARCHAR AS response_ms, 7 AS function`,
  );
  await written(1, `CASE WHEN seq = 5 THEN 2 ELSE 0 END AS failed`);
  await written(2, `CASE WHEN seq = 5 THEN '5.5' ELSE seq::VARCHAR END AS seq`);
  await written(3, `CASE WHEN seq = 5 THEN 'nan' ELSE response_ms::VARCHAR END AS response_ms`);
  await written(4, `CASE WHEN seq < 5 THEN 'False' ELSE 'true' END AS failed`);
  const { runs, skipped, notes } = await mergeAll();
  expect(runs.map((run) => run.test)).toEqual(['t0', 't4']);
  expect(skipped.map(({ problem }) => problem)).toEqual([
    'its test.parquet holds number in failed, where truth belongs',
    'its test.parquet holds text in seq, where number belongs',
    'its test.parquet holds text in response_ms, where number belongs',
  ]);
  expect(notes.join('\n')).toContain(
    'its test.parquet: seq holds text, read as number, function holds number, read as text, response_ms holds text, read as number, failed holds number, read as truth',
  );
  const rows = await tables.query(
    `SELECT test, sum(seq) AS seq, typeof(any_value(response_ms)) AS ms, count(*) FILTER (failed) AS failed, any_value(function) AS function
     FROM combined_test GROUP BY test ORDER BY test`,
  );
  // 0 + 1 + … + 19 = 190; odd ones failed; all but the first five failed
  expect(rows).toEqual([
    { test: 't0', seq: 190, ms: 'DOUBLE', failed: 10, function: '7' },
    { test: 't4', seq: 190, ms: 'DOUBLE', failed: 15, function: 'hello' },
  ]);
  expect((await figuresOfRuns(runs, tables)).filter(({ scope }) => scope === 'function')).toMatchObject([
    { name: '7', error_rate: 0.5, p50: { response_ms: expect.any(Number) } },
    { name: 'hello', error_rate: 0.75 },
  ]);
});
