import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openJournal } from '../../invoker/journal.js';
import { emptyFolder } from '../support/programs.js';

const unexpected = (fault: Error): void => {
  throw fault;
};

test('lines are in the file in their order, after the header, when a flush resolves', async () => {
  const path = join(emptyFolder(), 'journal.csv');
  const journal = await openJournal(path, 'header\n', unexpected);
  const lines = Array.from({ length: 5_000 }, (_, i) => `${i}\n`);
  for (const line of lines.slice(0, 2_500)) journal.add(line);
  await journal.flush();
  expect(readFileSync(path, 'utf8')).toBe(`header\n${lines.slice(0, 2_500).join('')}`);
  for (const line of lines.slice(2_500)) journal.add(line);
  await journal.close();
  expect(readFileSync(path, 'utf8')).toBe(`header\n${lines.join('')}`);
});

test('lines reach the file without anybody asking for a flush', async () => {
  const path = join(emptyFolder(), 'journal.csv');
  const journal = await openJournal(path, '', unexpected);
  journal.add('a\n');
  await expect.poll(() => readFileSync(path, 'utf8')).toBe('a\n');
  await journal.close();
});

test('a journal never writes over another, and its mode is what was asked for', async () => {
  const path = join(emptyFolder(), 'journal.csv');
  await (await openJournal(path, '', unexpected, 0o600)).close();
  expect(statSync(path).mode & 0o777).toBe(0o600);
  await expect(openJournal(path, '', unexpected)).rejects.toThrow(
    /cannot be written: a file of that name is in the way/,
  );
});
