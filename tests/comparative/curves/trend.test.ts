import { expect, test } from 'vitest';
import { estimatesOf } from '../../../comparative/curves/run-estimates.js';
import { MOST_WITH_INTERVALS, trendOf } from '../../../comparative/curves/trend.js';
import { merge } from '../../../comparative/merge.js';
import { figuresOfRuns } from '../../../comparative/run-figures.js';
import { listArchives } from '../../../records/archive-list.js';
import { openTables } from '../../../records/tables.js';
import { emptyFolder } from '../../support/programs.js';
import { FIRST_START, writeSimulatedArchive } from '../archive-fixture.js';

const OPTIONS = { time: 'response_ms', seed: 3 } as const;

test('a point of a trend has the figures of its run, each with the interval of that run alone', async () => {
  const root = emptyFolder();
  const instances = [
    { rows: 1_200, errorShare: 0.02 },
    { name: 'b', function: 'not followed', rows: 20 },
  ];
  await writeSimulatedArchive(root, { instances });
  const later = FIRST_START + 3_600_000;
  await writeSimulatedArchive(root, { instances, startEpochMs: later, manifest: { status: 'interrupted' } });
  const tables = await openTables();
  try {
    const merged = await merge(await listArchives(root), tables);
    const figures = await figuresOfRuns(merged.runs, tables);
    const points = await trendOf(merged, figures, [{ test: 'demo', function: 'hello' }], OPTIONS, tables);
    expect(points.map(({ startEpochMs, valid, rows }) => [startEpochMs, valid, rows])).toEqual([
      [FIRST_START, true, 1_200],
      [later, false, 1_200],
    ]);
    const [first] = points;
    const row = figures.find(({ run_id, name }) => run_id === first!.run_id && name === 'hello')!;
    const { quantiles, errors } = await estimatesOf(
      merged.runs[0]!,
      'hello',
      { ...OPTIONS, ps: [0.5, 0.99], answered: 1_200 },
      tables,
    );
    expect(first).toMatchObject({ p50: quantiles[0], p99: quantiles[1], error_rate: errors });
    expect(first!.p50.value).toBeCloseTo(row.p50.response_ms!, 9);
    // p99 of 1,200 rows has 12 beyond it: a number, and no interval
    expect(first!.p99).toMatchObject({ low: null });
    expect(first!.throughput.value).toBe(row.throughput);
    expect(first!.throughput.low!).toBeLessThan(row.throughput!);
    expect(first!.throughput.high!).toBeGreaterThan(row.throughput!);
  } finally {
    tables.close();
  }
});

test('of more points than a picture can show with intervals the archives are not even read again', async () => {
  const root = emptyFolder();
  await writeSimulatedArchive(root, { instances: [{ rows: 60 }] });
  const tables = await openTables();
  try {
    const merged = await merge(await listArchives(root), tables);
    const [figure] = await figuresOfRuns(merged.runs, tables);
    const many = Array.from({ length: MOST_WITH_INTERVALS + 1 }, (_, i) => `run${i}`);
    // files that are not there: whoever reads them fails
    const runs = many.map((run_id) => ({ ...merged.runs[0]!, run_id, testFile: `${root}/none/${run_id}.parquet` }));
    const figures = many.map((run_id) => ({ ...figure!, run_id }));
    const points = await trendOf({ ...merged, runs }, figures, [{ test: 'demo', function: 'hello' }], OPTIONS, tables);
    expect(points).toHaveLength(MOST_WITH_INTERVALS + 1);
    expect(points.every(({ p50 }) => p50.value === figure!.p50.response_ms && p50.low === null)).toBe(true);
  } finally {
    tables.close();
  }
});
