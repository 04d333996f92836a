import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { absentFiles } from '../../../analyzer/monitors/absent-files.js';
import type { Manifest, MonitorOutcome } from '../../../records/manifest.js';
import { emptyFolder } from '../../support/programs.js';

const outcome = (role: MonitorOutcome['role'], given: Partial<MonitorOutcome> = {}): MonitorOutcome => ({
  role,
  host: 'a b',
  script: 'm.sh',
  status: 'ok',
  message: null,
  ...given,
});
const told = (monitors: MonitorOutcome[], files: string[]): Promise<string[]> => {
  const directory = emptyFolder();
  const folder = 'monitors/a%20b';
  if (files.length > 0) mkdirSync(join(directory, folder), { recursive: true });
  for (const name of files) writeFileSync(join(directory, folder, name), '');
  const monitored_hosts = [{ name: 'a b', folder, ssh: null, clock: [] }];
  return absentFiles(directory, { monitors, monitored_hosts, host: { hostname: 'a b' } } as unknown as Manifest);
};

test('a monitor that ended well and left nothing to read is told', async () => {
  const monitors = [outcome('sampler'), outcome('runtime_script'), outcome('kubernetes'), outcome('post_script')];
  const warnings = [
    'sampler on a b: it ended well, but monitors/a%20b/sampler.ndjson is not there: was it removed?',
    'runtime_script m.sh on a b: it ended well, but monitors/a%20b/ has no file of a monitor that is read here (see its log there)',
    'kubernetes on a b: it ended well, but monitors/a%20b/pods.ndjson is not there: was it removed?',
  ];
  expect(await told(monitors, [])).toEqual(warnings);
  expect(await told(monitors, ['m.sh.log', 'perf.start'])).toEqual(warnings);
});

test('where the files are nothing is told, nor of what did not end well', async () => {
  const there = [outcome('sampler'), outcome('runtime_script'), outcome('kubernetes')];
  expect(await told(there, ['sampler.ndjson', 'pods.ndjson', 'perf-mon.out'])).toEqual([]);
  // RuntimeMonitoring.sh leaves the sampler to the run where that has one.
  expect(await told([outcome('sampler'), outcome('runtime_script')], ['sampler.ndjson'])).toEqual([]);
  expect(await told([outcome('sampler', { status: 'failed', message: 'no' }), outcome('host')], [])).toEqual([]);
});

test('runs of older versions do not say the host: it was the invoker’s own', async () => {
  const { host: _, ...old } = outcome('sampler');
  expect(await told([old], ['sampler.ndjson'])).toEqual([]);
  expect(await told([old], [])).toHaveLength(1);
});
