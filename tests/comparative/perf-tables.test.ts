import { readFileSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { perfTableName } from '../../comparative/combined-views.js';
import { drawCustomPlot } from '../../comparative/custom-plot.js';
import { loadCustomPlot } from '../../comparative/load-custom-plot.js';
import { merge } from '../../comparative/merge.js';
import { writeTables } from '../../comparative/write-tables.js';
import { listArchives } from '../../records/archive-list.js';
import { openTables, quoteName, type Tables } from '../../records/tables.js';
import { emptyFolder } from '../support/programs.js';
import { FIRST_START, writeSimulatedArchive } from './archive-fixture.js';

let root: string;
let tables: Tables;
beforeEach(async () => {
  root = emptyFolder();
  tables = await openTables();
});
afterEach(() => tables.close());

const merged = async () => merge(await listArchives(root), tables);
const rowsOf = (tool: string) =>
  tables.query<Record<string, unknown>>(`SELECT * FROM ${quoteName(perfTableName(tool))} ORDER BY ALL`);
const later = { startEpochMs: FIRST_START + 60_000 };

/** The rows of a tool as a customized plot sees them. */
async function rowsInPlot(tool: string, tools: string[], out: string): Promise<Record<string, unknown>[]> {
  const plot = join(root, 'plot.mjs');
  await writeFile(
    plot,
    `import { writeFile } from 'node:fs/promises';
    export async function ComparativePlotting(tests, perfs, { out }) {
      await writeFile(out + '/rows.json', JSON.stringify(await perfs[${JSON.stringify(tool)}].rows()));
    }`,
  );
  const drawn = await drawCustomPlot(await loadCustomPlot(plot), tables, tools, out);
  expect(drawn).toEqual({ pictures: [], fault: null, notice: null });
  return JSON.parse(readFileSync(join(out, 'rows.json'), 'utf8')) as Record<string, unknown>[];
}

test('counters of several hosts and tools merge, each row with its host, test and rate; an archive without any is no fault', async () => {
  const twoHosts = `SELECT * FROM (VALUES ('a', 1.0, 5.0), ('b', 2.0, 6.0)) AS t(host, time_ms, cpu_user_pct)`;
  await writeSimulatedArchive(root, {
    test: 'x',
    perf: { sampler: twoHosts, perf: `SELECT 'a' AS host, 1.0 AS time_ms, 0.5 AS ipc` },
  });
  await writeSimulatedArchive(root, { test: 'y', ...later });
  const { tools, notes } = await merged();
  expect(tools).toEqual(['perf', 'sampler']);
  expect(notes).toEqual([]);
  expect(await rowsOf('sampler')).toMatchObject([
    { test: 'x', rate: 50, distribution: 'Poisson', host: 'a', time_ms: 1, cpu_user_pct: 5 },
    { test: 'x', host: 'b', time_ms: 2, cpu_user_pct: 6 },
  ]);
});

test('what is text in one archive and a number in another merges as text, and that is said', async () => {
  await writeSimulatedArchive(root, {
    test: 'x',
    perf: { pqos: `SELECT 'a' AS host, 1.0 AS time_ms, 3 AS core, 0.5 AS ipc` },
  });
  await writeSimulatedArchive(root, {
    test: 'y',
    ...later,
    perf: { pqos: `SELECT 'a' AS host, 1.0 AS time_ms, '0-3' AS core, 0.7 AS ipc` },
  });
  const { notes } = await merged();
  expect((await rowsOf('pqos')).map(({ core, ipc }) => [core, ipc])).toEqual([
    ['3', 0.5],
    ['0-3', 0.7],
  ]);
  expect(notes).toEqual([
    'combined_perf_pqos: core is text in all rows, since 2026_11_21_08_01_00_y holds text in it and others do not',
  ]);
});

test('a counter that is neither number nor text, or a time that is none, leaves its table out and harms no other', async () => {
  await writeSimulatedArchive(root, { test: 'x', perf: { perf: `SELECT 'a' AS host, 1.0 AS time_ms, 0.5 AS ipc` } });
  await writeSimulatedArchive(root, {
    test: 'y',
    ...later,
    perf: {
      perf: `SELECT 'a' AS host, 1.0 AS time_ms, [0.5] AS ipc`,
      cgtop: `SELECT 'a' AS host, 'noon' AS time_ms, 3 AS container_count`,
    },
  });
  const { tools, notes } = await merged();
  expect(tools).toEqual(['perf']);
  expect(await rowsOf('perf')).toMatchObject([{ test: 'x', ipc: 0.5 }]);
  expect(notes.toSorted()).toEqual([
    '2026_11_21_08_01_00_y: perf/cgtop.parquet is left out: its cgtop.parquet holds text in time_ms, where number belongs',
    '2026_11_21_08_01_00_y: perf/perf.parquet is left out: its perf.parquet holds neither numbers nor text in ipc, where one of them belongs',
  ]);
});

test('a table without host or time has them as null, with a note, and can still be written and drawn', async () => {
  await writeSimulatedArchive(root, { test: 'x', perf: { cgtop: 'SELECT 3 AS container_count' } });
  const all = await merged();
  expect(all.notes).toEqual(['2026_11_21_08_00_00_x: its perf/cgtop.parquet has no host, time_ms; null in its rows']);
  expect(await rowsOf('cgtop')).toMatchObject([{ host: null, time_ms: null, container_count: 3 }]);
  const folder = join(root, 'out');
  await writeTables(tables, all, 'faasprofiler', folder);
  expect(readFileSync(join(folder, 'combined_perf_df_cgtop.csv'), 'utf8')).toContain('\n,3,,,,x,Poisson,50.0\n');
  expect(await rowsInPlot('cgtop', all.tools, folder)).toMatchObject([{ container_count: 3 }]);
});

test('a perf table that holds derived figures only is written under the old names with time and host alone', async () => {
  await writeSimulatedArchive(root, { test: 'x', perf: { perf: `SELECT 'a' AS host, 2000.0 AS time_ms, 0.5 AS ipc` } });
  const folder = join(root, 'out');
  await writeTables(tables, await merged(), 'faasprofiler', folder);
  expect(readFileSync(join(folder, 'combined_perf_df_perf.csv'), 'utf8')).toBe(
    'timestamp,host,test,distribution,rate\n2.0,a,x,Poisson,50.0\n',
  );
});

test('rows of several hosts come run by run and host by host, in the order of time', async () => {
  const hosts = `SELECT * FROM (VALUES ('b', 1.0), ('a', 2.0), ('b', 0.0), ('a', 1.0)) AS t(host, time_ms)`;
  await writeSimulatedArchive(root, { test: 'x', perf: { sampler: hosts } });
  const { tools } = await merged();
  const rows = await rowsInPlot('sampler', tools, root);
  expect(rows.map(({ host, time_ms }) => [host, time_ms])).toEqual([
    ['a', 1],
    ['a', 2],
    ['b', 0],
    ['b', 1],
  ]);
});

test('under FaaSProfiler’s names are its frames of perf, pqos and cgtop; what an archive lacks is empty', async () => {
  await writeSimulatedArchive(root, {
    test: 'x',
    perf: {
      perf: `SELECT 'a' AS host, 1500.0 AS time_ms, 9 AS "L1-dcache-loads", 100.0 AS running_pct, 0.5 AS ipc, 0.1 AS l1d_misses_per_1000_loads`,
      pqos: `SELECT 'a' AS host, 2000.0 AS time_ms, '0' AS core, 0.5 AS ipc, 7 AS llc_misses, 12.0 AS llc_kb`,
      cgtop: `SELECT 'a' AS host, -500.0 AS time_ms, 3 AS container_count, 40 AS docker_tasks, 1.5 AS memory_gib, 7.0 AS cpu_pct`,
      sampler: `SELECT 'a' AS host, 0.0 AS time_ms, 1.0 AS cpu_user_pct`,
    },
  });
  const folder = join(root, 'out');
  await writeTables(tables, await merged(), 'faasprofiler', folder);
  const csv = (tool: string) =>
    readFileSync(join(folder, `combined_perf_df_${tool}.csv`), 'utf8')
      .trim()
      .split('\n');
  expect(csv('perf')).toEqual(['timestamp,L1-dcache-loads,host,test,distribution,rate', '1.5,9,a,x,Poisson,50.0']);
  expect(csv('pqos')).toEqual([
    'timestamp,Core,IPC,LLC Misses,LLC Util (KB),MBL (MB/s),host,test,distribution,rate',
    '2.0,0,0.5,7,12.0,,a,x,Poisson,50.0',
  ]);
  expect(csv('cgtop')).toEqual([
    'timestamp,container_count,docker_tasks,memory,host,test,distribution,rate',
    '-0.5,3,40,1.5,a,x,Poisson,50.0',
  ]);
  expect(csv('sampler')[0]).toContain('cpu_user_pct');
  expect(readdirSync(folder)).toHaveLength(6);
});
