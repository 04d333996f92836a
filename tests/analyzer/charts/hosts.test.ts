import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChartSource } from '../../../analyzer/charts/chart.js';
import { hostCurves, type HostCurves, type NotDrawn } from '../../../analyzer/charts/hosts/host-curves.js';
import { HOST_ROWS } from '../../../analyzer/charts/hosts/host-rows.js';
import type { HostRow } from '../../../analyzer/charts/hosts/row-model.js';
import { axisUpTo } from '../../../analyzer/time-axis.js';
import { openTables, type Tables } from '../../../records/tables.js';

let tables: Tables;
beforeEach(async () => {
  tables = await openTables();
});
afterEach(() => tables.close());

/** What the curves need of a source; an axis of 10 s has bins of 100 ms and ends at 10.1 s. */
function source(lastMs = 10_000): ChartSource {
  return { tables, axis: axisUpTo(lastMs) } as ChartSource;
}
const rowOf = (table: string, title: string): HostRow =>
  HOST_ROWS.find((row) => row.table === table && row.title.join(' ') === title)!;

/** Rows of one table of host a: its columns by name, then a list of values a row. */
async function fill(table: string, columns: string, rows: readonly (readonly (number | string | null)[])[]) {
  const cell = (value: number | string | null) =>
    value === null ? 'NULL::DOUBLE' : typeof value === 'string' ? `'${value}'` : `${value}::DOUBLE`;
  const values = rows.map((row) => `('a', ${row.map((value) => cell(value)).join(', ')})`);
  await tables.run(
    `CREATE OR REPLACE TABLE monitor_${table} AS SELECT * FROM (VALUES ${values.join(', ')}) AS t(host, ${columns})`,
  );
  return columns.split(/, */).map((name) => name.replaceAll('"', ''));
}

async function drawn(row: HostRow, columns: readonly string[], of = source()): Promise<HostCurves> {
  const found = await hostCurves(of, 'a', row, columns);
  if (found === null || 'why' in found) throw new Error(`not drawn: ${found?.why}`);
  return found;
}
async function whyNot(row: HostRow, columns: readonly string[]): Promise<string | undefined> {
  return ((await hostCurves(source(), 'a', row, columns)) as NotDrawn | null)?.why;
}
/** [t, v, part] of a curve. */
const shape = ({ points }: HostCurves, which: string) =>
  points.filter((point) => point.which === which).map(({ t, v, part }) => [t, v, part]);

const SWITCHES = 'time_ms, interval_ms, context_switches_per_s';
const switches = () => rowOf('sampler', 'switches per s');

test('the first interval of a rate is drawn from its begin, also where that lies before plan zero', async () => {
  // As the sampler writes at 1 s: a sample before plan zero without rates, then one a second.
  const columns = await fill('sampler', SWITCHES, [
    [-300, null, null],
    [700, 1_000, 50],
    [1_700, 1_000, 80],
  ]);
  const found = await drawn(switches(), columns);
  expect(shape(found, 'context switches')).toEqual([
    [-0.3, 50, 0],
    [0.7, 50, 0],
    [1.7, 80, 0],
  ]);
  expect(found.points.map(({ when }) => when)).toEqual(['-0.300 to 0.700 s', '-0.300 to 0.700 s', '0.700 to 1.700 s']);
});

test('with one interval in the whole run a rate is a step over it, as long as the axis', async () => {
  // A sampler at 10 s: one sample before plan zero and one in the run; or one behind its end.
  for (const end of [9_800, 10_700]) {
    const columns = await fill('sampler', SWITCHES, [
      [-200, null, null],
      [end, end + 200, 40],
    ]);
    expect(shape(await drawn(switches(), columns), 'context switches')).toEqual([
      [-0.2, 40, 0],
      [end / 1_000, 40, 0],
    ]);
  }
});

test('an interval that ends before plan zero, or begins behind the axis, is not drawn', async () => {
  const columns = await fill('sampler', SWITCHES, [
    [-1_000, 1_000, 7],
    [0, 1_000, 8],
    [1_000, 1_000, 9],
    [11_500, 1_000, 10],
  ]);
  expect(shape(await drawn(switches(), columns), 'context switches')).toEqual([
    [0, 9, 0],
    [1, 9, 0],
  ]);
});

test('where nothing is known a curve is broken, and what follows has its own left edge', async () => {
  const columns = await fill('sampler', SWITCHES, [
    [1_000, 1_000, 1],
    [2_000, 1_000, 2],
    // the counter went back: no rate, and the next one is over its own second only
    [3_000, 1_000, null],
    [4_000, 1_000, 4],
    // a sample that came a little late on a clock that drifts is no gap
    [5_020, 1_000, 5],
  ]);
  expect(shape(await drawn(switches(), columns), 'context switches')).toEqual([
    [0, 1, 0],
    [1, 1, 0],
    [2, 2, 0],
    [3, 4, 1],
    [4, 4, 1],
    [5.02, 5, 1],
  ]);
});

test('counts of perf become rates over the interval that its stamp tells, also the first one', async () => {
  const columns = await fill('perf', 'time_ms, interval_ms, "context-switches", "cpu-migrations"', [
    [300, 400, 10, 1],
    [1_300, 1_000, 40, null],
    [3_300, 2_000, 100, 6],
  ]);
  const found = await drawn(rowOf('perf', 'perf: per s'), columns);
  // 10 in 0.4 s, 40 in 1 s, 100 in 2 s
  expect(shape(found, 'context switches')).toEqual([
    [-0.1, 25, 0],
    [0.3, 25, 0],
    [1.3, 40, 0],
    [3.3, 50, 0],
  ]);
  expect(shape(found, 'migrations')).toEqual([
    [-0.1, 2.5, 0],
    [0.3, 2.5, 0],
    [1.3, 3, 1],
    [3.3, 3, 1],
  ]);
});

test('perf counts a CPU a row: their sum is a rate, over the interval that all of them had', async () => {
  const columns = await fill('perf', 'time_ms, interval_ms, cpu, "page-faults"', [
    [500, 500, 'CPU0', 30],
    [500, 500, 'CPU1', 20],
  ]);
  // 50 in half a second
  expect(shape(await drawn(rowOf('perf', 'perf: per s'), columns), 'page faults')).toEqual([
    [0, 100, 0],
    [0.5, 100, 0],
  ]);
});

test('a last interval of a few milliseconds draws no spike, unless all are as short', async () => {
  const interval = (from: number, ms: number, count: number) => [from + ms, ms, count];
  const columns = await fill('perf', 'time_ms, interval_ms, "context-switches"', [
    interval(0, 1_000, 100),
    interval(1_000, 1_000, 100),
    // 6 in 3 ms would be 2,000 a second
    interval(2_000, 3, 6),
  ]);
  expect((await drawn(rowOf('perf', 'perf: per s'), columns)).points.map(({ v }) => v)).toEqual([100, 100, 100]);
  await fill('perf', 'time_ms, interval_ms, "context-switches"', [interval(0, 10, 1), interval(10, 10, 2)]);
  expect((await drawn(rowOf('perf', 'perf: per s'), columns)).points.map(({ v }) => v)).toEqual([100, 100, 200]);
});

test('a tool that does not tell its intervals has them from reading to reading, and of its first none is drawn', async () => {
  const pqos = await fill('pqos', 'time_ms, core, ipc', [
    [0, '0', 9],
    [0, '1', 9],
    [1_000, '0', 1],
    [1_000, '1', 2],
  ]);
  expect(shape(await drawn(rowOf('pqos', 'pqos: IPC'), pqos), 'mean of the cores')).toEqual([
    [0, 1.5, 0],
    [1, 1.5, 0],
  ]);
  const cgtop = await fill('cgtop_groups', 'time_ms, "group", cpu_pct', [
    [50, '/', null],
    [1_050, '/', 80],
    [1_050, 'a.slice', 30],
  ]);
  for (const [name, value] of [['/', 80] as const, ['a.slice', 30] as const])
    expect(shape(await drawn(rowOf('cgtop_groups', 'cgtop: CPU %'), cgtop), name)).toEqual([
      [0.05, value, 0],
      [1.05, value, 0],
    ]);
});

test('a function that appears in the middle is drawn from the sample before, over which its CPU was counted', async () => {
  const columns = await fill('sampler_workers', 'time_ms, interval_ms, function, cpu_pct, rss_bytes', [
    [700, 1_000, 'f', 20, 2 ** 20],
    [1_700, 1_000, 'f', 30, 2 ** 21],
    [1_700, 1_000, 'g', 50, 2 ** 22],
  ]);
  const cpu = await drawn(rowOf('sampler_workers', 'functions: CPU %'), columns);
  expect(shape(cpu, 'g')).toEqual([
    [0.7, 50, 0],
    [1.7, 50, 0],
  ]);
  // Of its memory there is one reading: a point, since no line leads to it.
  const memory = await drawn(rowOf('sampler_workers', 'functions: MiB'), columns);
  expect(shape(memory, 'f')).toEqual([
    [0.7, 1, 0],
    [1.7, 2, 0],
  ]);
  expect(memory.alone).toMatchObject([{ t: 1.7, which: 'g', v: 4, when: 'at 1.700 s' }]);
});

test('a group that is read in turns is drawn over the time since it was last read', async () => {
  const columns = await fill('sampler_groups', 'time_ms, interval_ms, "group", cpu_pct', [
    [1_000, null, 'slow', null],
    [1_000, null, 'new', null],
    [6_010, 5_010, 'slow', 12],
    [6_010, 5_000, 'new', 5],
  ]);
  const found = await drawn(rowOf('sampler_groups', 'groups: CPU %'), columns);
  expect(shape(found, 'slow')).toEqual([
    [1, 12, 0],
    [6.01, 12, 0],
  ]);
  expect(shape(found, 'new')[0]).toEqual([1.01, 5, 0]);
});

test('a level goes on to the last reading before plan zero and to the first behind the end', async () => {
  const columns = await fill('sampler', 'time_ms, memory_used_bytes, memory_total_bytes', [
    [-1_500, 9 * 2 ** 30, 16 * 2 ** 30],
    [-500, 2 ** 30, 16 * 2 ** 30],
    [9_500, 2 * 2 ** 30, 16 * 2 ** 30],
    [19_500, 3 * 2 ** 30, 16 * 2 ** 30],
    [29_500, 3 * 2 ** 30, 16 * 2 ** 30],
  ]);
  const found = await drawn(rowOf('sampler', 'memory GiB'), columns);
  expect(found.points.map(({ t, v }) => [t, v])).toEqual([
    [-0.5, 1],
    [9.5, 2],
    [19.5, 3],
  ]);
  expect(found.top).toBe(16);
});

test('the modes of the CPU lie upon each other; one that is not known moves none of the others', async () => {
  const columns = await fill('sampler', 'time_ms, interval_ms, cpu_user_pct, cpu_system_pct, cpu_iowait_pct', [
    [1_000, 1_000, 30, 20, null],
    [2_000, 1_000, 40, 10, 5],
  ]);
  const { points } = await drawn(rowOf('sampler', 'CPU %'), columns);
  const places = (which: string) => points.filter((one) => one.which === which).map(({ t, y0, y }) => [t, y0, y]);
  expect(places('user')).toEqual([
    [0, 0, 30],
    [1, 0, 30],
    [2, 0, 40],
  ]);
  expect(places('system')).toEqual([
    [0, 30, 50],
    [1, 30, 50],
    [2, 40, 50],
  ]);
  expect(places('I/O wait')).toEqual([
    [1, 50, 55],
    [2, 50, 55],
  ]);
});

test('of the I/O of a disk the median and the longest of each bin are drawn, not each one, nor means of them', async () => {
  const columns = await fill('blktrace', 'time_ms, latency_ms', [
    [10, 1],
    [20, 2],
    [90, 30],
    [150, 4],
    [450, 5],
  ]);
  const found = await drawn(rowOf('blktrace', 'disk I/O ms'), columns);
  // Bins of 100 ms: {1, 2, 30}, {4}, none, none, {5}
  expect(shape(found, 'p50')).toEqual([
    [0, 2, 0],
    [0.1, 2, 0],
    [0.2, 4, 0],
    [0.4, 5, 1],
    [0.5, 5, 1],
  ]);
  expect(shape(found, 'longest')[0]).toEqual([0, 30, 0]);
  // However many there are: of 1,000 in one bin the longest is the longest.
  const many = Array.from({ length: 1_000 }, (_, i) => [i / 20, i === 500 ? 77 : 1]);
  await fill('blktrace', 'time_ms, latency_ms', many);
  expect(shape(await drawn(rowOf('blktrace', 'disk I/O ms'), columns), 'longest')).toEqual([
    [0, 77, 0],
    [0.1, 77, 0],
  ]);
});

test('what was asked for and cannot be drawn says why; what nobody asked for says nothing', async () => {
  const all = 'time_ms, interval_ms, context_switches_per_s, memory_used_bytes, memory_total_bytes';
  const one = await fill('sampler', all, [[500, null, null, 2 ** 30, 2 ** 34]]);
  expect(await whyNot(switches(), one)).toBe('one reading, and a rate needs two');
  expect((await drawn(rowOf('sampler', 'memory GiB'), one)).alone).toMatchObject([{ t: 0.5, v: 1 }]);
  const none = await fill('sampler', SWITCHES, [
    [500, null, null],
    [1_500, 1_000, null],
  ]);
  expect(await whyNot(switches(), none)).toBe('this host does not tell it');
  const before = await fill('sampler', all, [
    [-2_000, null, null, 1, 2],
    [-1_000, 1_000, 5, 1, 2],
  ]);
  expect(await whyNot(switches(), before)).toBe('no reading from plan zero to the end');
  expect(await whyNot(rowOf('sampler', 'memory GiB'), before)).toBe('no reading from plan zero to the end');
  const perf = await fill('perf', 'time_ms, interval_ms, ipc', [[500, 500, null]]);
  expect(await whyNot(rowOf('perf', 'perf: IPC'), perf)).toBe('perf could not count it here');
  expect(await hostCurves(source(), 'a', rowOf('perf', 'perf: per 1,000 instr.'), perf)).toBeNull();
});

test('no two rows of a panel have one name, and no two curves of a host', () => {
  const names = HOST_ROWS.map(({ title }) => title.join(' '));
  expect(new Set(names).size).toBe(names.length);
  const labels = HOST_ROWS.flatMap(({ table, curves }) =>
    'named' in curves ? curves.named.map(({ label }) => `${table}: ${label}`) : [],
  );
  expect(new Set(labels).size).toBe(labels.length);
  const memory = labels.filter((label) => /in use|memory of/.test(label));
  expect(memory).toEqual(['sampler: in use: total − available', 'cgtop: memory of the root group']);
});

test('cores are brought together as a column means it: occupancy is a sum', async () => {
  const columns = await fill('pqos', 'time_ms, core, llc_kb', [
    [1_000, '0', 1_024],
    [1_000, '1', 3_072],
  ]);
  expect((await drawn(rowOf('pqos', 'pqos: LLC MiB'), columns)).alone).toMatchObject([{ v: 4 }]);
});

test('of many functions those with the most CPU time are drawn, the largest first, and the others counted', async () => {
  const rows = Array.from({ length: 10 }, (_, i) => [1_000, 1_000, `f${i + 1}`, i + 1]);
  // One that was busy for a tenth of a second has used less than f9.
  const columns = await fill('sampler_workers', 'time_ms, interval_ms, function, cpu_pct', [
    ...rows,
    [1_100, 100, 'short', 85],
  ]);
  const found = await drawn(rowOf('sampler_workers', 'functions: CPU %'), columns);
  expect(found.labels).toEqual(['f10', 'f9', 'short', 'f8', 'f7', 'f6', 'f5']);
  expect(found.leftOut).toBe(4);
});

test('of very many readings the means of equal stretches are drawn, which keep the mean of all', async () => {
  // 100,000 readings over 100 s, a saw tooth from 0 to 9
  await tables.run(`CREATE TABLE monitor_cgtop AS
    SELECT 'a' AS host, i::DOUBLE AS time_ms, (i % 10)::DOUBLE AS container_count FROM range(100000) AS t(i)`);
  const found = await drawn(rowOf('cgtop', 'cgtop: number'), ['time_ms', 'container_count'], source(100_000));
  expect(found.binMs).toBeGreaterThan(0);
  expect(found.points.length).toBeLessThanOrEqual(300);
  // Each stretch holds over 300 readings: its mean is that of the saw tooth, 4.5, within one tooth of them.
  for (const { v } of found.points) expect(Math.abs(v - 4.5)).toBeLessThan(0.15);
});

test('a mean of rates is over time: a short interval counts for little', async () => {
  // 450 times 350 ms at 10 a second and 50 ms at 1,000 a second, as of a sampler that is late: in 180 s a mean of 134
  await tables.run(`CREATE TABLE monitor_sampler AS
    SELECT 'a' AS host, ((i // 2) * 400 + (CASE WHEN i % 2 = 0 THEN 350 ELSE 400 END))::DOUBLE AS time_ms,
      (CASE WHEN i % 2 = 0 THEN 350 ELSE 50 END)::DOUBLE AS interval_ms,
      (CASE WHEN i % 2 = 0 THEN 10 ELSE 1000 END)::DOUBLE AS context_switches_per_s
    FROM range(900) AS t(i)`);
  const found = await drawn(switches(), SWITCHES.split(', '), source(180_000));
  expect(found.binMs).not.toBeNull();
  // The drawn steps cover the run without a gap, and the area below them is what was switched: 450 · (3.5 + 50); the last bin is drawn whole.
  const { points } = found;
  expect(new Set(points.map(({ part }) => part))).toEqual(new Set([0]));
  const area = points.slice(1).reduce((all, { t, v }, i) => all + v * (Math.min(t, 180) - points[i]!.t), 0);
  expect(Math.abs(area / (450 * 53.5) - 1)).toBeLessThan(0.002);
});
