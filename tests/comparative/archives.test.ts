import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { listText } from '../../comparative/archives/list.js';
import { removeArchives } from '../../comparative/archives/remove.js';
import { showArchive } from '../../comparative/archives/show.js';
import { tagArchive } from '../../comparative/archives/tag.js';
import { listArchives } from '../../records/archive-list.js';
import { emptyFolder } from '../support/programs.js';
import { FIRST_START, writeSimulatedArchive } from './archive-fixture.js';

const small = { instances: [{ rows: 3 }] };

test('what a person asks of an archive is shown on few lines, the whole manifest with --json', async () => {
  const root = emptyFolder();
  const perf = { perf: `SELECT 1.0 AS time_ms, 'lab' AS host, 2.0 AS ipc` };
  const warnings = ['the clock of host b is 3 s ahead'];
  const name = basename(
    await writeSimulatedArchive(root, { test: 'a', ...small, perf, tags: ['v1'], manifest: { warnings } }),
  );
  const lines = (await showArchive(root, name, false)).split('\n');
  expect(lines.length).toBeLessThan(30);
  expect(lines).toEqual(
    expect.arrayContaining([
      'archive    2026_11_21_08_00_00_a',
      'tags       v1',
      'started    2026-11-21T08:00:00Z',
      'rows       3 planned: 3 ok',
      'instances  instance1: hello, Poisson, 50/s',
      'valid      ✓',
      'warnings   the clock of host b is 3 s ahead',
      expect.stringMatching(/^ {11}perf\/perf\.parquet {2}\d+ kB$/),
    ]),
  );
  const json = JSON.parse(await showArchive(root, name, true)) as object;
  expect(json).toMatchObject({ archive: name, tags: ['v1'], problem: null, run_id: '20261121T080000Z_a', warnings });
});

test('broken archives and pickles are shown with their reason, and removed', async () => {
  const root = emptyFolder();
  const cut = await writeSimulatedArchive(root, { test: 'cut', ...small });
  await truncate(join(cut, 'test.parquet'), 100);
  const bare = join(root, '2026_11_21_09_00_00_bare');
  await mkdir(bare);
  await writeFile(join(root, '2020_01_01_00_00_00_old.pkl'), 'x');
  const shown = await showArchive(root, basename(cut), false);
  expect(shown).toMatch(/valid +broken: its test\.parquet is cut off or damaged/);
  expect(shown).toMatch(/test\.parquet {2}0 kB/);
  expect(JSON.parse(await showArchive(root, basename(bare), true))).toMatchObject({
    problem: 'it has no manifest.json',
  });
  expect(await showArchive(root, '2020_01_01_00_00_00_old.pkl', false)).toMatch(/a pickle of FaaSProfiler/);
  await removeArchives(root, [basename(cut), basename(bare), '2020_01_01_00_00_00_old.pkl']);
  expect(await readdir(root)).toEqual([]);
});

test('a link is not removed nor followed, and what lies in an archive beside its tables keeps it from being removed', async () => {
  const root = emptyFolder();
  const elsewhere = emptyFolder();
  const outside = await writeSimulatedArchive(elsewhere, { test: 'outside', ...small });
  await symlink(outside, join(root, 'linked'));
  await expect(removeArchives(root, ['linked'])).rejects.toThrow(
    /linked: it is a link, and what it leads to lies outside/,
  );
  await expect(tagArchive(root, 'linked', ['v1'])).rejects.toThrow(/linked: it is a link, .*; nothing was tagged/);
  expect(existsSync(join(outside, 'tags.json'))).toBe(false);
  const own = await writeSimulatedArchive(root, { test: 'own', ...small });
  // a run directory, a project: both have a manifest.json
  for (const stranger of ['invocations.csv', 'src/index.js', 'perf/notes.txt']) {
    await mkdir(join(own, stranger, '..'), { recursive: true });
    await writeFile(join(own, stranger), '');
    await expect(removeArchives(root, [basename(own)])).rejects.toThrow(/which no archive does; remove it by hand/);
    await rm(join(own, stranger.split('/')[0]!), { recursive: true });
  }
  await symlink(elsewhere, join(own, 'perf'));
  await expect(removeArchives(root, [basename(own)])).rejects.toThrow(/it holds perf, which no archive does/);
  await rm(join(own, 'perf'));
  await removeArchives(root, [basename(own)]);
  expect([existsSync(own), existsSync(join(outside, 'test.parquet'))]).toEqual([false, true]);
});

test('an archive folder that is itself reached by a link is one all the same', async () => {
  const root = emptyFolder();
  const own = await writeSimulatedArchive(root, { test: 'own', ...small });
  const link = join(emptyFolder(), 'archives');
  await symlink(root, link);
  await removeArchives(link, [basename(own)]);
  expect(existsSync(own)).toBe(false);
});

test('sizes count every file of an archive, also those of its monitors, and follow no link', async () => {
  const root = emptyFolder();
  const perf = { perf: `SELECT 1.0 AS time_ms, 'lab' AS host, 2.0 AS ipc` };
  const own = await writeSimulatedArchive(root, { test: 'own', ...small, perf });
  const [{ bytes: before }] = (await listArchives(root)) as unknown as [{ bytes: number }];
  await writeFile(join(own, 'perf', 'more.parquet'), Buffer.alloc(12_345));
  const large = join(emptyFolder(), 'large');
  await writeFile(large, Buffer.alloc(1_000_000));
  await symlink(large, join(own, 'link.parquet'));
  expect((await listArchives(root))[0]!.bytes).toBe(before + 12_345);
});

test('a tag that is empty, or is what a test or a run is called, is refused, as no side could mean it', async () => {
  const root = emptyFolder();
  const name = basename(await writeSimulatedArchive(root, { test: 'a', ...small }));
  await writeSimulatedArchive(root, { test: 'b', startEpochMs: FIRST_START + 1_000, ...small });
  await expect(tagArchive(root, name, ['v1', 'b'])).rejects.toThrow('"b": a test goes by this name');
  await expect(tagArchive(root, name, ['20261121T080000Z_a'])).rejects.toThrow(/a run goes by this name/);
  await expect(tagArchive(root, name, [''])).rejects.toThrow(/a tag is empty/);
  await expect(tagArchive(root, name, ['a\u001b[2J'])).rejects.toThrow(/no control characters/);
  expect((await listArchives(root))[0]!.tags).toEqual([]);
  expect(await tagArchive(root, name, ['v1', 'v1', 'two words'])).toBe(`${name}: tagged v1, two words\n`);
  expect(await tagArchive(root, name, [])).toBe(`${name}: no tags\n`);
});

test('a run without a verdict is neither valid nor not, and odd names do not act on the terminal', async () => {
  const root = emptyFolder();
  await writeSimulatedArchive(root, { test: 'a\u001b[2J', ...small, manifest: { verdict: null } });
  const text = await listText(root, false);
  expect(text).toMatch(/ {2}\? {2}/);
  expect(text).not.toContain('\u001b');
  expect(text.trim().split('\n')).toHaveLength(2);
  const [{ name }] = (await listArchives(root)) as unknown as [{ name: string }];
  expect(name).toBe('2026_11_21_08_00_00_a%1B%5B2J');
  expect(await removeArchives(root, [name])).toBe(`removed ${name}\n`);
});

test('an archive is listed, shown and guarded from tags by the test that a comparison knows, whatever its folder is called', async () => {
  const root = emptyFolder();
  const renamed = join(root, 'kept');
  await rename(await writeSimulatedArchive(root, { test: 'hello_8ps', ...small }), renamed);
  // archived with --override_testname: the rows have the new name, the manifest keeps the run's
  const overridden = { test: 'night', startEpochMs: FIRST_START + 1_000, ...small, manifest: { test_name: 'hello' } };
  await writeSimulatedArchive(root, overridden);
  // older than the column: the manifest's name
  await writeSimulatedArchive(root, { test: 'older', startEpochMs: FIRST_START + 2_000, ...small, without: ['test'] });
  await rename(join(root, '2026_11_21_08_00_02_older'), join(root, '1999_01_01_00_00_00_x'));
  const lines = (await listText(root, false)).trim().split('\n').slice(1);
  // by the starts of the tests, not by the names of the folders
  expect(lines.map((line) => line.split(/ {2,}/)[1])).toEqual(['hello_8ps', 'night', 'older']);
  expect(JSON.parse(await listText(root, true))).toMatchObject([
    { name: 'kept', test: 'hello_8ps' },
    { test: 'night' },
    {},
  ]);
  expect(await showArchive(root, 'kept', false)).toMatch(/^test +hello_8ps$/m);
  for (const tag of ['hello_8ps', 'night', 'older'])
    await expect(tagArchive(root, 'kept', [tag])).rejects.toThrow(`"${tag}": a test goes by this name`);
  expect(await tagArchive(root, 'kept', ['kept', 'hello'])).toBe('kept: tagged kept, hello\n');
});

test('an archive that is named twice is removed once', async () => {
  const root = emptyFolder();
  const name = basename(await writeSimulatedArchive(root, { test: 'a', ...small }));
  expect(await removeArchives(root, [name, name])).toBe(`removed ${name}\n`);
});

test('a secret that a stranger’s manifest holds is shown neither on lines nor with --json', async () => {
  const root = emptyFolder();
  const manifest = {
    config: {
      instances: {
        auth: { application: 'hello', rate: 8, url: 'https://me:hunter2@h/?code=hunter2', dbPwd: 'hunter2' },
      },
    },
    endpoint: { kind: 'generic', url: 'https://h/', authorization: 'hunter2' } as never,
    warnings: ['it was asked with Authorization: Bearer hunter2'],
    host: { hostname: 'lab', os: 'Linux', cpus: 2, memory_bytes: 1, AWS_SESSION_TOKEN: 'hunter2' } as never,
  };
  const name = basename(await writeSimulatedArchive(root, { test: 'a', ...small, manifest }));
  const [lines, json] = [await showArchive(root, name, false), await showArchive(root, name, true)];
  expect(`${lines}${json}`).not.toContain('hunter2');
  expect(lines).toMatch(/^warnings +it was asked with Authorization: \(hidden\)/m);
  expect(JSON.parse(json)).toMatchObject({ config: { instances: { auth: { rate: 8, dbPwd: '(hidden)' } } } });
});
