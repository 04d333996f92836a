import { expect, test } from 'vitest';
import { joinRun } from '../../analyzer/join.js';
import { compare } from '../../comparative/compare.js';
import { openTables } from '../../records/tables.js';
import { writeArchive } from '../../records/write-archive.js';
import { emptyFolder } from '../support/programs.js';
import { makeRun, type FixtureOptions } from '../support/run-fixture.js';

/** Archives a run as the analyzer does. */
async function archive(root: string, options: FixtureOptions): Promise<void> {
  const { directory, manifest } = await makeRun(emptyFolder(), { dropped: false, ...options });
  const tables = await openTables();
  try {
    await joinRun(tables, directory);
    const stat = manifest.instances.flatMap(({ name, function: of }) =>
      ['instance', 'function'].map((scope) => ({
        scope,
        name: scope === 'instance' ? name : of,
        function: of,
        distribution: 'Poisson',
        rate: 10,
        configured_rate: 10,
        throughput: 9.9,
        rel_stress: 1.01,
        planned: 1,
        ok: 1,
        failed: 0,
        dropped: 0,
        lost: 0,
      })),
    );
    await writeArchive(root, tables, { manifest, test: manifest.test_name, stat, config: [], perf: {} });
  } finally {
    tables.close();
  }
}

const options = (root: string) => ({
  archive: root,
  sinceMs: null,
  gates: [],
  seed: 1,
  customPlotFile: null,
  out: null,
  plot: false,
  report: false,
  tables: null,
});

test('what the analyzer archives has every column that the comparison knows, and a slower function is found in it', async () => {
  const root = emptyFolder();
  await archive(root, { testName: 'before', rows: 1_500, seed: 1 });
  await archive(root, {
    testName: 'after',
    rows: 1_500,
    seed: 2,
    startEpochMs: 1_795_260_000_000,
    slower: { sleep: 1.5 },
  });
  const { result } = await compare(options(root));
  expect(result.merged.notes).toEqual([]);
  expect(result.merged.skipped).toEqual([]);
  const p50 = result.comparisons.filter(({ measure, scope }) => measure === 'p50' && scope === 'function');
  expect(p50.map(({ name, time, finding }) => [name, time, finding])).toEqual([
    ['cpu', 'response_ms', 'cannot tell'],
    ['hello', 'response_ms', 'cannot tell'],
    ['sleep', 'response_ms', 'more'],
  ]);
  // sleep's own 100 ms became 150, a few of its milliseconds are not its own
  expect(p50[2]!.change.value).toBeGreaterThan(1.35);
  expect(p50[2]!.change.value).toBeLessThan(1.55);
});

test('a run that waited for no result, in which nobody has a response time, is compared by the platform’s latency', async () => {
  const root = emptyFolder();
  await archive(root, { testName: 'before', rows: 600, blocking: false });
  await archive(root, { testName: 'after', rows: 600, blocking: false, startEpochMs: 1_795_260_000_000 });
  const { result } = await compare(options(root));
  expect(new Set(result.comparisons.flatMap(({ time }) => time ?? []))).toEqual(new Set(['latency_ms']));
});
