import { afterEach, beforeEach, expect, test } from 'vitest';
import { countersOf, levelsOf, type Counter } from '../../../comparative/curves/counters.js';
import { merge } from '../../../comparative/merge.js';
import { listArchives } from '../../../records/archive-list.js';
import { openTables, type Tables } from '../../../records/tables.js';
import { emptyFolder } from '../../support/programs.js';
import { writeSimulatedArchive } from '../archive-fixture.js';

let root: string;
let tables: Tables;
beforeEach(async () => {
  root = emptyFolder();
  tables = await openTables();
});
afterEach(() => tables.close());

/** Counters of one run of 10 s: 500 rows at 50/s. */
async function counters(perf: Record<string, string>): Promise<Counter[]> {
  await writeSimulatedArchive(root, { test: 'json_50ps', perf });
  const { runs, tools } = await merge(await listArchives(root), tables);
  return countersOf(runs, tools, tables);
}

const meansOf = (found: Counter[]) =>
  Object.fromEntries(
    found.map(({ tool, counter, points }) => [`${tool}.${counter}`, points.map(({ value }) => value)]),
  );

test('of a host its mean over the run, without what lies before plan zero or after the end', async () => {
  const found = await counters({
    cgtop: `SELECT * FROM (VALUES
      ('a', -1.0, 100.0), ('a', 0.0, 2.0), ('a', 5000.0, 4.0), ('a', 10000.0, 6.0), ('a', 10001.0, 100.0), ('b', 1.0, NULL), ('b', 2.0, 7.0)
    ) AS t(host, time_ms, container_count)`,
  });
  expect(found).toHaveLength(1);
  expect(found[0]!.points).toMatchObject([
    { host: 'a', category: 'json', rate: 50, value: 4, samples: 3 },
    { host: 'b', value: 7, samples: 1 },
  ]);
});

test('of several cores at one moment ratios are averaged and amounts are added up', async () => {
  const found = await counters({
    pqos: `SELECT 'a' AS host, moment AS time_ms, core, ipc, llc_kb FROM (VALUES
      (1.0, '0', 1.0, 10.0), (1.0, '1', 2.0, 30.0), (2.0, '0', 1.0, 20.0), (2.0, '1', 1.0, 20.0)) AS t(moment, core, ipc, llc_kb)`,
  });
  // IPC: (1.5 + 1)/2; cache: (40 + 40)/2. A core's name is no counter.
  expect(meansOf(found)).toEqual({ 'pqos.ipc': [1.25], 'pqos.llc_kb': [40] });
});

test('what is looked for first stands first, then by tool and name; tables of groups and what is no counter are left out', async () => {
  const one = (columns: string) => `SELECT 'a' AS host, 1.0 AS time_ms, ${columns}`;
  const found = await counters({
    perf: one('5.0 AS cycles, 90.0 AS running_pct, 2.0 AS dtlb_mpki, 3.0 AS llc_mpki, 1.0 AS "ipc:u"'),
    sampler: one('4 AS cpus, 1e9 AS memory_used_bytes, 20.0 AS cpu_busy_pct, 7.0 AS load_1m'),
    sampler_groups: one('\'/\' AS "group", 3.0 AS cpu_pct'),
    cgtop: one('2 AS container_count, 1.0 AS memory_gib'),
  });
  expect(found.map(({ tool, counter }) => `${tool}.${counter}`)).toEqual([
    'perf.ipc:u',
    'perf.llc_mpki',
    'perf.dtlb_mpki',
    'sampler.cpu_busy_pct',
    'sampler.memory_used_bytes',
    'cgtop.memory_gib',
    'cgtop.container_count',
    'perf.cycles',
    'sampler.load_1m',
  ]);
});

test('archives without monitors have no counters, and a tool without a number has none', async () => {
  expect(await counters({ notes: `SELECT 'a' AS host, 1.0 AS time_ms, 'calm' AS mood` })).toEqual([]);
});

test('runs at one rate have a mean, from three on with the interval of Student’s t', () => {
  const points = [10, 12, 14, 5, 7].map((value, i) => ({
    run_id: `r${i}`,
    category: 'json',
    host: 'a',
    rate: i < 3 ? 20 : 10,
    value,
    samples: 9,
  }));
  const [two, three] = levelsOf(points);
  expect(two).toEqual({ rate: 10, value: 6, low: null, high: null, runs: 2 });
  // s = 2, se = 2/√3 = 1.1547, t₀.₉₇₅(2) = 4.3027: 12 ± 4.9683
  expect(three).toMatchObject({ rate: 20, value: 12, runs: 3 });
  expect(three!.low).toBeCloseTo(7.0317, 4);
  expect(three!.high).toBeCloseTo(16.9683, 4);
});
