import { chmod, mkdtemp, readdir, readFile, rm, writeFile, stat as fileStat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { joinRun } from '../../analyzer/join.js';
import { listArchives } from '../../records/archive-list.js';
import { openTables, type Tables } from '../../records/tables.js';
import { writeArchive } from '../../records/write-archive.js';
import { makeRun, type FixtureRun } from '../support/run-fixture.js';

let folder: string;
let root: string;
let tables: Tables;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faaslab-archive-'));
  root = join(folder, 'data_archive');
  tables = await openTables();
});
afterEach(async () => {
  tables.close();
  await chmod(root, 0o755).catch(() => undefined);
  await rm(folder, { recursive: true });
});

async function archive(run: FixtureRun, test = run.manifest.test_name, stat: object[] = []): Promise<string> {
  await joinRun(tables, run.directory);
  return writeArchive(root, tables, { manifest: run.manifest, test, stat, config: [], perf: {} });
}
async function rowsOf<Row>(path: string): Promise<Row[]> {
  await tables.view('archived', path);
  return tables.query<Row>('SELECT * FROM archived');
}

test('an archive holds every joined row with test, run_id and times since the first activation', async () => {
  const run = await makeRun(folder, { rows: 40 });
  const stat = [{ scope: 'instance', name: 'steady', function: 'hello', distribution: null, rate: 1.5, planned: 24 }];
  const path = await archive(run, 'fixture', stat);
  // 1,795,250,000 s = 2026-11-21 08:33:20 UTC
  expect(path).toBe(join(root, '2026_11_21_08_33_20_fixture'));
  type Row = Record<'test' | 'run_id', string> &
    Record<'seq' | 'start_ms' | 'start_rel_ms' | 'end_rel_ms', number | null>;
  // The rows hold what functions returned.
  expect((await fileStat(join(path, 'test.parquet'))).mode & 0o777).toBe(0o600);
  const rows = await rowsOf<Row>(join(path, 'test.parquet'));
  expect(rows.map(({ seq }) => seq)).toEqual(run.invocations.map(({ seq }) => seq));
  const first = Math.min(...run.activations.map(({ start_ms }) => start_ms!));
  for (const row of rows) {
    expect([row.test, row.run_id]).toEqual(['fixture', run.manifest.run_id]);
    expect(row.start_rel_ms).toBe(row.start_ms === null ? null : row.start_ms - first);
  }
  const last = Math.max(...run.activations.map(({ end_ms }) => end_ms!));
  expect(Math.max(...rows.map(({ end_rel_ms }) => end_rel_ms ?? 0))).toBe(last - first);
  const [statRow] = await rowsOf<object>(join(path, 'stat.parquet'));
  expect(statRow).toMatchObject({ name: 'steady', rate: 1.5, distribution: null, rel_stress: null, planned: 24 });
  expect(JSON.parse(await readFile(join(path, 'manifest.json'), 'utf8'))).toEqual(run.manifest);
});

test('what was archived is listed as a whole archive', async () => {
  await archive(await makeRun(folder, { rows: 10 }));
  const [entry, ...others] = await listArchives(root);
  expect(entry).toMatchObject({ test: 'fixture', problem: null });
  expect(others).toEqual([]);
});

test('archiving a run again replaces its archive and keeps its tags', async () => {
  const run = await makeRun(folder, { rows: 10 });
  const path = await archive(run);
  await writeFile(join(path, 'tags.json'), '["baseline"]');
  await writeFile(join(path, 'stray'), 'of the old archive');
  expect(await archive(run)).toBe(path);
  expect((await readdir(path)).sort()).toEqual([
    'config.parquet',
    'manifest.json',
    'stat.parquet',
    'tags.json',
    'test.parquet',
  ]);
  expect(await readFile(join(path, 'tags.json'), 'utf8')).toBe('["baseline"]');
  expect(await readdir(root)).toEqual(['2026_11_21_08_33_20_fixture']);
});

test('another run of the same second and name does not replace it', async () => {
  const first = await makeRun(folder, { rows: 10 });
  const second = { ...first, manifest: { ...first.manifest, run_id: `${first.manifest.run_id}_2` } };
  const paths = [await archive(first), await archive(second)];
  expect(paths[1]).toBe(`${paths[0]}_2`);
  expect([await archive(first), await archive(second)]).toEqual(paths);
});

test('a name that would leave the folder stays in it, and one with odd characters is kept in the rows', async () => {
  const run = await makeRun(folder, { rows: 10 });
  const path = await archive(run, "it's 5 % <b>");
  expect(path).toBe(join(root, '2026_11_21_08_33_20_it%27s%205%20%25%20%3Cb%3E'));
  const [row] = await rowsOf<{ test: string }>(join(path, 'test.parquet'));
  expect(row!.test).toBe("it's 5 % <b>");
});

test('an archive that cannot be written leaves the old one whole and no part of the new', async () => {
  const run = await makeRun(folder, { rows: 10 });
  const path = await archive(run);
  const before = await readdir(path);
  await tables.run('DROP VIEW joined_whole');
  const content = { manifest: run.manifest, test: 'fixture', stat: [], config: [], perf: {} };
  await expect(writeArchive(root, tables, content)).rejects.toThrow(
    /2026_11_21_08_33_20_fixture: the archive cannot be written/,
  );
  expect(await readdir(root)).toEqual(['2026_11_21_08_33_20_fixture']);
  expect(await readdir(path)).toEqual(before);
});

test('an archive folder that is a file is said in one line', async () => {
  const run = await makeRun(folder, { rows: 10 });
  await writeFile(root, '');
  await expect(archive(run)).rejects.toThrow(/^[^\n]*the archive cannot be written[^\n]*$/);
});
