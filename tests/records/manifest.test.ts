import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RecordsError } from '../../common/errors.js';
import { readManifest, writeManifest } from '../../records/manifest.js';
import { emptyFolder } from '../support/programs.js';
import { makeRun } from '../support/run-fixture.js';

test('a manifest comes back as it was written, and nothing lies beside it', async () => {
  const { manifest } = await makeRun(emptyFolder(), { rows: 10, pulled: false });
  const folder = emptyFolder();
  await writeManifest(folder, manifest);
  await writeManifest(folder, { ...manifest, status: 'interrupted' });
  expect(await readManifest(folder)).toEqual({ ...manifest, status: 'interrupted' });
  expect(readdirSync(folder)).toEqual(['manifest.json']);
});

test.each([
  ['none at all', null, /there is none: this is no run directory/],
  ['half of one', '{"format": "faaslab-run/1", "run', /is broken: /],
  ['an empty one', '', /is broken: /],
  ['one of a later format', '{"format": "faaslab-run/2"}', /is no manifest of format faaslab-run\/1/],
  ['a number', '7', /is no manifest/],
  ['null', 'null', /is no manifest/],
])('%s is an error of the records, in one line', async (_, text, message) => {
  const folder = emptyFolder();
  if (text !== null) writeFileSync(join(folder, 'manifest.json'), text);
  const reading = readManifest(folder);
  await expect(reading).rejects.toThrow(message);
  await expect(reading).rejects.toBeInstanceOf(RecordsError);
  await expect(reading).rejects.not.toThrow(/\n/);
});
