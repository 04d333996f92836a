import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { monitorFiles } from '../../../analyzer/monitors/monitor-files.js';
import type { Manifest } from '../../../records/manifest.js';
import { emptyFolder } from '../../support/programs.js';

async function filesIn(directory: string): Promise<{ paths: string[]; starts: unknown[]; warnings: string[] }> {
  const warnings: string[] = [];
  const files = await monitorFiles(directory, {} as Manifest, (warning) => warnings.push(warning));
  return { paths: files.map(({ path }) => path), starts: files.map(({ start }) => start), warnings };
}

test('what lies where a monitor’s file should be and is none is told, not read and not waited for', async () => {
  const directory = emptyFolder();
  const folder = join(directory, 'monitors', 'a');
  mkdirSync(join(folder, 'pqos-mon.out'), { recursive: true });
  writeFileSync(join(folder, 'sampler.ndjson'), '');
  writeFileSync(join(folder, 'notes.txt'), '');
  symlinkSync('/etc/passwd', join(folder, 'perf-mon.out'));
  symlinkSync('/etc', join(folder, 'elsewhere'));
  execFileSync('mkfifo', [join(folder, 'systemd-cgtop.out'), join(folder, 'sampler.start'), join(folder, 'my.log')]);
  symlinkSync(folder, join(directory, 'monitors', 'b'));
  expect(await filesIn(directory)).toEqual({
    paths: ['monitors/a/sampler.ndjson'],
    starts: [null],
    warnings: [
      'monitors/a/perf-mon.out is a link and no file: it is left out',
      'monitors/a/pqos-mon.out is a folder and no file: it is left out',
      'monitors/a/systemd-cgtop.out is a pipe and no file: it is left out',
      'monitors/b is a link and no folder of this run: it is left out',
    ],
  });
});

test('what of a .start cannot be used is told with the file beside it', async () => {
  const directory = emptyFolder();
  const folder = join(directory, 'monitors', 'a');
  mkdirSync(folder, { recursive: true });
  for (const name of ['perf-mon.out', 'pqos-mon.out', 'systemd-cgtop_1732507200123.txt'])
    writeFileSync(join(folder, name), '');
  writeFileSync(join(folder, 'perf.start'), 'garbage\n');
  writeFileSync(join(folder, 'cgtop.start'), '1\n');
  const files = await monitorFiles(directory, {} as Manifest, () => undefined);
  expect(files.map(({ start, startFault }) => [start, startFault])).toEqual([
    [null, expect.stringMatching(/^perf\.start holds no time: it begins with "garbage"/)],
    // None is no fault: scripts of others write none.
    [null, null],
    // The name tells it too.
    [{ epochMs: 1_732_507_200_123, intervalMs: null }, expect.stringMatching(/^cgtop\.start holds no time/)],
  ]);
});

test('a run without monitors has no files', async () => {
  expect(await filesIn(emptyFolder())).toEqual({ paths: [], starts: [], warnings: [] });
});
