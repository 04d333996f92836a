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
  ['start_epoch_ms', '1795250000000', 'start_epoch_ms must be a number or null'],
  ['instances', null, 'instances must be a list, each entry an object with name (a text), function (a text)'],
  ['instances', [{ name: 'a' }], 'instances must be a list'],
  ['ledger', { planned: 3 }, 'ledger must be an object with planned (a number), ok (a number)'],
  ['config', [], 'config must be an object'],
  ['verdict', { valid: 'yes', reasons: [] }, 'verdict must be an object with valid (true or false)'],
  ['status', 'done', 'status must be "running", "complete" or "interrupted"'],
  ['warnings', [1], 'warnings must be a list, each entry a text'],
  ['endpoint', undefined, 'endpoint must be an object with kind (a text), url (a text)'],
])('a manifest whose %s is %j is broken, and the line says what it must be', async (field, value, says) => {
  const { manifest } = await makeRun(emptyFolder(), { rows: 10, pulled: false });
  const folder = emptyFolder();
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ ...manifest, [field]: value }));
  await expect(readManifest(folder)).rejects.toThrow(`${join(folder, 'manifest.json')} is broken: its field ${says}`);
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
