import { mkdir, mkdtemp, rm, symlink, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listArchives } from '../../records/archive-list.js';
import { FIRST_START, writeSimulatedArchive } from '../comparative/archive-fixture.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'faaslab-archives-'));
});
afterEach(() => rm(root, { recursive: true }));

const HOUR = 3_600_000;

test("archives come in the order of their tests' starts, which their names need not follow", async () => {
  await writeSimulatedArchive(root, { test: 'late', startEpochMs: FIRST_START + HOUR, instances: [{ rows: 2 }] });
  // The name says 08:00, the manifest 10:00: what was renamed by hand still sorts by its start.
  await writeSimulatedArchive(root, {
    test: 'latest',
    instances: [{ rows: 2 }],
    manifest: { start_epoch_ms: FIRST_START + 2 * HOUR },
  });
  await writeSimulatedArchive(root, { test: 'early', startEpochMs: FIRST_START - HOUR, instances: [{ rows: 2 }] });
  const entries = await listArchives(root);
  expect(entries.map(({ test }) => test)).toEqual(['early', 'late', 'latest']);
  expect(entries.map(({ startEpochMs }) => startEpochMs)).toEqual([
    FIRST_START - HOUR,
    FIRST_START + HOUR,
    FIRST_START + 2 * HOUR,
  ]);
  expect(entries.every(({ problem, manifest, bytes }) => problem === null && manifest !== null && bytes > 1_000)).toBe(
    true,
  );
});

test('each kind of broken archive is listed with its reason and without a manifest', async () => {
  const of = async (test: string) => writeSimulatedArchive(root, { test, instances: [{ rows: 2 }] });
  await writeFile(join(await of('a-garbled'), 'manifest.json'), '{"format": "faaslab-run/1", ');
  await writeFile(join(await of('b-older'), 'manifest.json'), '{"format": "faaslab-run/9"}');
  await writeFile(join(await of('c-null'), 'manifest.json'), 'null');
  await writeFile(join(await of('d-nameless'), 'manifest.json'), '{"format": "faaslab-run/1", "test_name": "x"}');
  await unlink(join(await of('e-without'), 'manifest.json'));
  await unlink(join(await of('f-tableless'), 'test.parquet'));
  await truncate(join(await of('g-cut'), 'test.parquet'), 100);
  await truncate(join(await of('h-stat-cut'), 'stat.parquet'), 5);
  const entries = await listArchives(root);
  expect(entries.map(({ manifest }) => manifest)).toEqual(Array(8).fill(null));
  const expected = [
    /its manifest\.json cannot be read: /,
    /has the format "faaslab-run\/9"/,
    /is no manifest/,
    /has no run_id/,
    /it has no manifest\.json/,
    /it has no test\.parquet/,
    /its test\.parquet is cut off or damaged/,
    /its stat\.parquet is cut off or damaged/,
  ];
  for (const [i, reason] of expected.entries()) expect(entries[i]!.problem).toMatch(reason);
  // its name still tells when it was, so that --since can leave an old wreck out
  expect(entries[0]!.startEpochMs).toBe(FIRST_START);
});

test('a pickle is named and never opened; half-written folders, hidden files and loose files are nobody’s archive', async () => {
  await writeFile(join(root, '2020_01_01_00_00_00_old.pkl'), 'not even a pickle', { mode: 0o000 });
  await mkdir(join(root, '2026_11_21_08_00_00_x.123-ab.part'));
  await mkdir(join(root, '.cache'));
  await writeFile(join(root, 'README.md'), '');
  await symlink(join(root, 'nowhere'), join(root, 'link'));
  const entries = await listArchives(root);
  expect(entries.map(({ name }) => name)).toEqual(['link', '2020_01_01_00_00_00_old.pkl']);
  expect(entries[1]!.problem).toMatch(/pickle of FaaSProfiler, which is never opened/);
});

test('a test name with odd characters comes back from the folder’s name', async () => {
  await writeSimulatedArchive(root, { test: 'a b/ü%', instances: [{ rows: 1 }], tags: ['release-1'] });
  const [entry] = await listArchives(root);
  expect(entry).toMatchObject({ name: '2026_11_21_08_00_00_a%20b%2F%C3%BC%25', test: 'a b/ü%', tags: ['release-1'] });
});

test('a folder that is not there says what makes one', async () => {
  await expect(listArchives(join(root, 'none'))).rejects.toThrow(
    /none: there is no archive folder here; WorkloadAnalyzer -a/,
  );
});
