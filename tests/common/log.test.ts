import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openLog } from '../../common/log.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faaslab-log-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a file that joins late holds the earlier lines too, each with time, name and level', async () => {
  const log = openLog({ name: 'SWI', screen: () => undefined });
  log.info('Test started');
  log.addFile(join(folder, 'invoker.log'));
  log.warn('two\nlines');
  const lines = (await readFile(join(folder, 'invoker.log'), 'utf8')).split('\n');
  expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z - SWI - INFO - Test started$/);
  expect(lines[1]).toMatch(/ - SWI - WARNING - two lines$/);
  expect(lines).toHaveLength(3);
});

test('a warning is shown, an information is not', () => {
  const shown: string[] = [];
  const log = openLog({ name: 'WA', screen: (line) => shown.push(line) });
  log.info('quiet');
  log.warn('loud');
  expect(shown).toEqual(['warning: loud']);
});

test('a log that cannot be written is given up after one warning', () => {
  const shown: string[] = [];
  const log = openLog({ name: 'WA', screen: (line) => shown.push(line) });
  log.addFile(join(folder, 'missing', 'a.log'));
  log.info('one');
  log.info('two');
  expect(shown).toHaveLength(1);
  expect(shown[0]).toContain('no log is kept in');
});

test('a name within a message begins no event of its own, neither in the file nor on the screen', async () => {
  const shown: string[] = [];
  const log = openLog({ name: 'CA', screen: (line) => shown.push(line) });
  log.addFile(join(folder, 'a.log'));
  log.warn('a\r2026-01-01T00:00:00Z - CA - ERROR - forged\u001b[1A\u009b2K');
  expect(shown).toEqual([String.raw`warning: a\r2026-01-01T00:00:00Z - CA - ERROR - forged\u001b[1A\u009b2K`]);
  expect(await readFile(join(folder, 'a.log'), 'utf8')).toMatch(/WARNING - a\\r2026\P{Cc}*\n$/u);
});
