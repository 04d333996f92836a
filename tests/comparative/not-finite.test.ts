import { expect, test } from 'vitest';
import { compare } from '../../comparative/compare.js';
import { figuresOfRuns } from '../../comparative/run-figures.js';
import { countersOf } from '../../comparative/curves/counters.js';
import { curvesOfRuns } from '../../comparative/run-curves.js';
import { merge } from '../../comparative/merge.js';
import { servedRate } from '../../comparative/throughput.js';
import { listArchives } from '../../records/archive-list.js';
import { openTables } from '../../records/tables.js';
import { emptyFolder } from '../support/programs.js';
import { FIRST_START, replaced, writeSimulatedArchive } from './archive-fixture.js';

const HOUR = 3_600_000;

async function threeAgainstThree(spoil: (folder: string, nth: number) => Promise<void>) {
  const root = emptyFolder();
  for (let i = 0; i < 6; i += 1) {
    const run = { test: i < 3 ? 'x' : 'y', startEpochMs: FIRST_START + i * HOUR, runId: `run-${i}` };
    const instances = [{ rows: 200, costPerMillion: 0.4, medianMs: 20 + i / 10 }];
    await spoil(await writeSimulatedArchive(root, { ...run, instances }), i);
  }
  const options = { archive: root, sinceMs: null, gates: [], seed: 1, customPlotFile: null, out: null };
  const { result } = await compare({ ...options, plot: false, report: false, tables: null });
  return result;
}

test('one NaN and one infinity in an archive are unknown, not a side without a mean, and the warning names run and column', async () => {
  const result = await threeAgainstThree(async (folder, nth) => {
    const odd =
      "CASE seq WHEN 7 THEN 'nan'::DOUBLE WHEN 8 THEN 'infinity'::DOUBLE WHEN 9 THEN NULL ELSE response_ms END";
    if (nth === 1) await replaced(folder, `${odd} AS response_ms`);
  });
  const mean = result.comparisons.find(({ measure }) => measure === 'mean')!;
  expect(mean).toMatchObject({ baseline: expect.any(Number), change: { n: 6, method: 'welch t', note: null } });
  expect(Number.isFinite(mean.baseline)).toBe(true);
  expect(mean.p).toBeGreaterThan(0);
  // three rows of 200 have no time
  expect(
    result.figures.filter(({ scope }) => scope === 'function').map(({ answered }) => answered.response_ms),
  ).toEqual([200, 197, 200, 200, 200, 200]);
  expect(result.merged.notes).toEqual([
    expect.stringMatching(
      /^\S+: run run-1: response_ms is NaN or infinite in 2 rows of its test\.parquet; taken as unknown$/,
    ),
  ]);
});

test('a throughput or a cost that is no number leaves its run out, and nothing else', async () => {
  const result = await threeAgainstThree(async (folder, nth) => {
    if (nth === 4)
      await replaced(folder, `'nan'::DOUBLE AS throughput, '-infinity'::DOUBLE AS cost_per_million`, 'stat');
  });
  for (const measure of ['throughput', 'cost'] as const) {
    const found = result.comparisons.find((each) => each.measure === measure)!;
    // all runs have the same throughput and the same price, so nothing varies; of the six runs five are left
    expect(found, measure).toMatchObject({ baseline: expect.any(Number), candidate: expect.any(Number) });
    expect(found.change, measure).toMatchObject({ value: expect.closeTo(1, 9), n: 5 });
  }
  expect(result.merged.notes.map((note) => note.replace(/^\S+: /, ''))).toEqual([
    'run run-4: cost_per_million is NaN or infinite in 2 rows of its stat.parquet; taken as unknown',
    'run run-4: throughput is NaN or infinite in 2 rows of its stat.parquet; taken as unknown',
  ]);
});

test('curves, the spread of throughput and means of counters do not see what is no number', async () => {
  const root = emptyFolder();
  const perf = {
    perf: `SELECT 'lab' AS host, unnest([1.0, 2.0, 3.0]) AS time_ms, unnest([2.0, 'nan'::DOUBLE, 4.0]) AS ipc`,
  };
  const clean = await writeSimulatedArchive(root, { test: 'x', instances: [{ rows: 300 }], perf });
  const figures = async () => {
    const tables = await openTables();
    const merged = await merge(await listArchives(root), tables);
    const [run] = merged.runs;
    const group = { scope: 'function', name: 'hello', function: 'hello' } as const;
    const of = {
      figures: await figuresOfRuns(merged.runs, tables),
      curves: await curvesOfRuns(merged.runs, 'response_ms', tables),
      served: await servedRate(run!, group, 49, tables),
      counters: await countersOf(merged.runs, merged.tools, tables),
    };
    tables.close();
    return of;
  };
  await replaced(
    clean,
    'CASE WHEN seq < 3 THEN NULL ELSE response_ms END AS response_ms, CASE WHEN seq < 3 THEN NULL ELSE end_ms END AS end_ms',
  );
  const unknown = await figures();
  await replaced(
    clean,
    `CASE WHEN seq < 3 THEN 'nan'::DOUBLE ELSE response_ms END AS response_ms, CASE WHEN seq < 3 THEN 'infinity'::DOUBLE ELSE end_ms END AS end_ms`,
  );
  expect(await figures()).toEqual(unknown);
  // the mean of 2 and 4
  expect(unknown.counters).toMatchObject([{ counter: 'ipc', points: [{ value: 3, samples: 2 }] }]);
});
