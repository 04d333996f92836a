import { expect, test } from 'vitest';
import { merge } from '../../comparative/merge.js';
import { platformWordsOf } from '../../comparative/platform-words.js';
import { figuresOfRuns } from '../../comparative/run-figures.js';
import { differences } from '../../comparative/differences.js';
import { listArchives } from '../../records/archive-list.js';
import { openTables, quoteText, type Tables } from '../../records/tables.js';
import { emptyFolder } from '../support/programs.js';
import { FIRST_START, replaced, writeSimulatedArchive, type SimulatedRun } from './archive-fixture.js';

async function merged(
  runs: SimulatedRun[],
): Promise<{ tables: Tables; runs: Awaited<ReturnType<typeof merge>>['runs'] }> {
  const root = emptyFolder();
  for (const [i, run] of runs.entries())
    await writeSimulatedArchive(root, { startEpochMs: FIRST_START + i * 3_600_000, ...run });
  const tables = await openTables();
  return { tables, runs: (await merge(await listArchives(root), tables)).runs };
}

test('figures of functions and of each of their instances are those of all their rows', async () => {
  const instances = [
    { name: 'a', function: 'cpu', rows: 300, errorShare: 0.1 },
    { name: 'b', function: 'cpu', rows: 500, medianMs: 90, coldShare: 0.3 },
    { name: 'c', function: 'echo', rows: 200 },
  ];
  const { tables, runs } = await merged([{ instances }]);
  const figures = await figuresOfRuns(runs, tables);
  // the same by DuckDB's own aggregates, a group at a time
  for (const { scope, name, function: of, ...figure } of figures) {
    const where = `function = ${quoteText(of)}${scope === 'instance' ? ` AND instance = ${quoteText(name)}` : ''}`;
    const [own] = await tables.query<Record<string, number>>(
      `SELECT count(*) AS rows, quantile_cont(response_ms, 0.5) AS p50, quantile_cont(response_ms, 0.9) AS p90,
         avg(response_ms) AS mean, avg(cold::INTEGER) AS cold, avg(failed::INTEGER) AS errors
       FROM combined_test WHERE ${where}`,
    );
    expect(figure.rows, name).toBe(own!['rows']);
    expect(figure.p50.response_ms, name).toBeCloseTo(own!['p50']!, 9);
    expect(figure.p90.response_ms, name).toBeCloseTo(own!['p90']!, 9);
    expect(figure.mean.response_ms, name).toBeCloseTo(own!['mean']!, 9);
    expect(figure.cold_share, name).toBeCloseTo(own!['cold']!, 12);
    expect(figure.error_rate, name).toBeCloseTo(own!['errors']!, 12);
  }
  expect(figures.map(({ scope, name }) => `${scope} ${name}`)).toEqual([
    'function cpu',
    'function echo',
    'instance a',
    'instance b',
    'instance c',
  ]);
  tables.close();
});

test('latency is looked at where some function has no response time, for functions of several instances too', async () => {
  const instances = [
    { name: 'a', function: 'cpu', rows: 100 },
    { name: 'b', function: 'cpu', rows: 100, medianMs: 90 },
  ];
  const { tables, runs } = await merged([{ instances, without: ['response_ms'] }]);
  const figures = await figuresOfRuns(runs, tables);
  const [own] = await tables.query<{ p50: number }>('SELECT quantile_cont(latency_ms, 0.5) AS p50 FROM combined_test');
  expect(figures.find(({ scope }) => scope === 'function')!.p50).toEqual({
    response_ms: null,
    latency_ms: expect.closeTo(own!.p50, 9),
  });
  tables.close();
});

test('with more than 1 % of the executions unknown a share of cold starts is no number, and both sides say why', async () => {
  const root = emptyFolder();
  const folders: string[] = [];
  for (const [i, name] of ['x', 'y'].entries()) {
    const start = FIRST_START + i * 3_600_000;
    folders.push(await writeSimulatedArchive(root, { test: name, startEpochMs: start, instances: [{ rows: 1_000 }] }));
  }
  // every row was executed; of 11 of 1,000 the platform did not say whether cold, of a sequence there is nothing to say
  await replaced(folders[0]!, `1 AS attempts, CASE WHEN seq < 11 THEN NULL ELSE cold END AS cold`);
  await replaced(
    folders[1]!,
    `1 AS attempts, CASE WHEN seq < 11 THEN NULL ELSE cold END AS cold,
    CASE WHEN seq < 11 THEN 'sequence' END AS kind`,
  );
  const tables = await openTables();
  const { runs } = await merge(await listArchives(root), tables);
  const figures = await figuresOfRuns(runs, tables);
  const [x, y] = figures.filter(({ scope }) => scope === 'function');
  expect(x).toMatchObject({ cold_share: null, coldKnown: 989 });
  expect(x!.coldNote).toMatch(/^known of 989 of 1,000 executions only/);
  expect(y).toMatchObject({ cold_share: expect.any(Number), coldNote: null });
  const sides = {
    baseline: { label: 'x', runs: [runs[0]!.run_id] },
    candidate: { label: 'y', runs: [runs[1]!.run_id] },
    chosen: null,
  };
  const compared = await differences(sides, runs, figures, tables, { seed: 1 });
  const cold = compared.find(({ measure }) => measure === 'cold_share')!;
  expect(cold.change).toMatchObject({ value: null, low: null, note: x!.coldNote });
  expect(cold).toMatchObject({ p: null, finding: 'no number' });
  tables.close();
});

test('of several runs a side the one without a share of cold starts is left out, and the others say so', async () => {
  const root = emptyFolder();
  const ids: string[] = [];
  for (let i = 0; i < 6; i += 1) {
    const test = i < 3 ? 'x' : 'y';
    const folder = await writeSimulatedArchive(root, {
      test,
      startEpochMs: FIRST_START + i * 36e5,
      instances: [
        {
          rows: 200,
          coldShare: 0.2,
        },
      ],
      runId: `run-${i}`,
    });
    ids.push(`run-${i}`);
    if (i === 0) await replaced(folder, '1 AS attempts, CASE WHEN seq < 100 THEN NULL ELSE cold END AS cold');
  }
  const tables = await openTables();
  const { runs } = await merge(await listArchives(root), tables);
  const sides = {
    baseline: { label: 'x', runs: ids.slice(0, 3) },
    candidate: { label: 'y', runs: ids.slice(3) },
    chosen: null,
  };
  const compared = await differences(sides, runs, await figuresOfRuns(runs, tables), tables, { seed: 1 });
  const cold = compared.find(({ measure, scope }) => measure === 'cold_share' && scope === 'function')!;
  // two of the baseline's runs against three
  expect(cold.change).toMatchObject({ n: 5, method: 'welch t' });
  expect(cold.change.note).toMatch(/^1 of 6 runs is left out: known of 100 of 200 executions only/);
  tables.close();
});

test('runtime and memory limit that the records tell are read from the files themselves, of several their span', async () => {
  const root = emptyFolder();
  const one = await writeSimulatedArchive(root, { test: 'x', instances: [{ rows: 60 }] });
  const start = FIRST_START + 3_600_000;
  const several = await writeSimulatedArchive(root, { test: 'y', startEpochMs: start, instances: [{ rows: 60 }] });
  await writeSimulatedArchive(root, {
    test: 'z',
    startEpochMs: start + 1_000,
    without: ['kind', 'memory_limit_bytes'],
  });
  await replaced(one, `'nodejs:20' AS kind, 134217728 AS memory_limit_bytes`);
  // 64 MiB and 1 GiB: as texts the greater one would come first
  await replaced(
    several,
    `CASE WHEN seq < 9 THEN 'nodejs:20' ELSE 'python:3' END AS kind,
     CASE WHEN seq < 9 THEN 67108864 ELSE 1073741824 END AS memory_limit_bytes`,
  );
  const tables = await openTables();
  const { runs } = await merge(await listArchives(root), tables);
  expect([...(await platformWordsOf(runs, tables)).values()]).toEqual([
    { runtime: 'nodejs:20', memoryLimit: '128 MiB' },
    { runtime: 'nodejs:20 to python:3', memoryLimit: '64 MiB to 1024 MiB' },
    { runtime: null, memoryLimit: null },
  ]);
  tables.close();
});
