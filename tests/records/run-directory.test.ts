import { mkdirSync, readdirSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { RecordsError } from '../../common/errors.js';
import { cannotWrite, createRunDirectory, pointLatestTo, resolveRunDirectory } from '../../records/run-directory.js';
import { emptyFolder } from '../support/programs.js';

const AT = Date.UTC(2026, 10, 21, 8, 15, 0, 999);

test('a run directory is named by UTC time and test, and a taken name gets a number', async () => {
  const out = join(emptyFolder(), 'runs');
  const taken = await Promise.all([1, 2, 3].map(() => createRunDirectory(out, 'demo', AT)));
  expect(taken.map(({ runId }) => runId).toSorted()).toEqual([
    '20261121T081500Z_demo',
    '20261121T081500Z_demo_2',
    '20261121T081500Z_demo_3',
  ]);
  expect(readdirSync(out)).toHaveLength(3);
});

test('a test name cannot leave the folder', async () => {
  const out = emptyFolder();
  const { path, runId } = await createRunDirectory(out, '../../etc/x y', AT);
  expect(dirname(path)).toBe(out);
  expect(runId).toBe('20261121T081500Z_..%2F..%2Fetc%2Fx%20y');
});

test.each([
  ['a file stands where a folder should be', 'a part of the path is a file'],
  ['the file itself is the folder', 'a file of that name is in the way'],
])('when %s, one line says so', async (_, why) => {
  const folder = emptyFolder();
  writeFileSync(join(folder, 'file'), '');
  const out = why.startsWith('a part') ? join(folder, 'file', 'runs') : join(folder, 'file');
  const making = createRunDirectory(out, 'demo', AT);
  await expect(making).rejects.toThrow(`${out} cannot be written: ${why}; choose another place`);
  await expect(making).rejects.toBeInstanceOf(RecordsError);
});

test('a full disk is called so', () => {
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  expect(cannotWrite('runs/x', full).message).toMatch(/^runs\/x cannot be written: no space is left on the device;/);
});

test('latest points to the newest run and is replaced, whatever it was', async () => {
  const out = emptyFolder();
  const first = await createRunDirectory(out, 'a', AT);
  const second = await createRunDirectory(out, 'b', AT);
  await pointLatestTo(first);
  await pointLatestTo(second);
  expect(readlinkSync(join(out, 'latest'))).toBe(second.runId);
  expect(readdirSync(out).toSorted()).toEqual([first.runId, second.runId, 'latest']);
  expect(await resolveRunDirectory(join(out, 'latest'))).toEqual(second);
});

test('latest that is a folder of the user is not destroyed', async () => {
  const out = emptyFolder();
  mkdirSync(join(out, 'latest'));
  writeFileSync(join(out, 'latest', 'mine'), '');
  await expect(pointLatestTo(await createRunDirectory(out, 'a', AT))).rejects.toBeInstanceOf(RecordsError);
  expect(readdirSync(join(out, 'latest'))).toEqual(['mine']);
});

test('a missing run is said to be missing, and a link to a removed one names it', async () => {
  const out = emptyFolder();
  await expect(resolveRunDirectory(join(out, 'x'))).rejects.toThrow(
    /x: there is no such run; run WorkloadInvoker first/,
  );
  symlinkSync('gone', join(out, 'latest'));
  const resolving = resolveRunDirectory(join(out, 'latest'));
  await expect(resolving).rejects.toThrow(/latest points to gone, which is gone/);
});
