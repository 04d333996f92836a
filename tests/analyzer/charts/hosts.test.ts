import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChartSource } from '../../../analyzer/charts/chart.js';
import { hostCurves } from '../../../analyzer/charts/hosts/host-curves.js';
import { HOST_ROWS, type HostRow } from '../../../analyzer/charts/hosts/host-rows.js';
import { axisUpTo } from '../../../analyzer/time-axis.js';
import { openTables, type Tables } from '../../../records/tables.js';

let tables: Tables;
beforeEach(async () => {
  tables = await openTables();
});
afterEach(() => tables.close());

/** What the curves need of a source. */
function source(lastMs = 10_000): ChartSource {
  return { tables, axis: axisUpTo(lastMs) } as ChartSource;
}
const rowOf = (table: string, title: string): HostRow =>
  HOST_ROWS.find((row) => row.table === table && row.title.join(' ') === title)!;

test('counts of perf become rates over the time since the reading before, also where that lies before plan zero', async () => {
  await tables.run(`CREATE TABLE monitor_perf AS SELECT * FROM (VALUES
    ('a', -500.0, 10.0, 1.0), ('a', 500.0, 40.0, NULL), ('a', 2500.0, 100.0, 6.0), ('b', 700.0, 9.0, 9.0)
  ) AS t(host, time_ms, "context-switches", "cpu-migrations")`);
  const columns = ['context-switches', 'cpu-migrations'];
  const found = await hostCurves(source(), 'a', rowOf('perf', 'per s'), columns);
  // 40 in 1 s and 100 in 2 s; the first reading lies before plan zero and is not drawn.
  expect(found).toEqual({
    points: [
      { t: 0.5, which: 'context switches', v: 40 },
      { t: 2.5, which: 'context switches', v: 50 },
      { t: 0.5, which: 'migrations', v: null },
      { t: 2.5, which: 'migrations', v: 3 },
    ],
    labels: ['context switches', 'migrations'],
    leftOut: 0,
    binMs: null,
    top: null,
  });
});

test('what was not measured at all has no curve, and a row without any curve is left out', async () => {
  await tables.run(
    `CREATE TABLE monitor_perf AS SELECT 'a' AS host, 100.0 AS time_ms, NULL::DOUBLE AS ipc, 5.0 AS "page-faults"`,
  );
  expect(await hostCurves(source(), 'a', rowOf('perf', 'IPC'), ['ipc', 'page-faults'])).toBeNull();
  expect(await hostCurves(source(), 'a', rowOf('perf', 'per 1,000 instr.'), ['ipc', 'page-faults'])).toBeNull();
});

test('cores are brought together as a column means it: occupancy is a sum, instructions per cycle a mean', async () => {
  await tables.run(`CREATE TABLE monitor_pqos AS SELECT 'a' AS host, 1000.0 AS time_ms, core, ipc, llc_kb
    FROM (VALUES ('0', 1.0, 1024.0), ('1', 2.0, 3072.0)) AS t(core, ipc, llc_kb)`);
  const columns = ['core', 'ipc', 'llc_kb'];
  expect((await hostCurves(source(), 'a', rowOf('pqos', 'LLC MiB'), columns))!.points).toMatchObject([{ v: 4 }]);
  expect((await hostCurves(source(), 'a', rowOf('pqos', 'IPC'), columns))!.points).toMatchObject([{ v: 1.5 }]);
});

test('of many functions the busiest are drawn, the largest first, and the others counted', async () => {
  await tables.run(`CREATE TABLE monitor_sampler_workers AS
    SELECT 'a' AS host, 1000.0 AS time_ms, 'f' || i AS function, i::DOUBLE AS cpu_pct FROM range(1, 11) AS t(i)`);
  const found = await hostCurves(source(), 'a', rowOf('sampler_workers', 'functions: CPU %'), ['function', 'cpu_pct']);
  expect(found!.labels).toEqual(['f10', 'f9', 'f8', 'f7', 'f6', 'f5', 'f4']);
  expect(found!.leftOut).toBe(3);
  expect(found!.points).toHaveLength(7);
});

test('of very many readings the means of equal stretches are drawn, which keep the mean of all', async () => {
  // 100,000 readings over 100 s, a saw tooth from 0 to 9
  await tables.run(`CREATE TABLE monitor_cgtop AS
    SELECT 'a' AS host, i::DOUBLE AS time_ms, (i % 10)::DOUBLE AS container_count FROM range(100000) AS t(i)`);
  const found = await hostCurves(source(100_000), 'a', rowOf('cgtop', 'containers'), ['container_count']);
  expect(found!.binMs).toBeGreaterThan(0);
  expect(found!.points.length).toBeLessThanOrEqual(300);
  // Each stretch holds over 300 readings: its mean is that of the saw tooth, 4.5, within one tooth of them.
  for (const { v } of found!.points) expect(Math.abs(v! - 4.5)).toBeLessThan(0.15);
});
