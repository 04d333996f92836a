import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openJournal } from '../../../embedded/activations/journal.js';
import { openActivationStore } from '../../../embedded/activations/store.js';
import { emptyFolder } from '../../support/programs.js';

const DOCUMENT = '{"_id":"guest/a","_rev":"1-b","activationId":"a","name":"hello","start":1}';

test.each(['{}', '[]', '5', 'null', '{"activationId":"a","start":1}', '{"_rev":"1-', 'nonsense'])(
  'a line %s that somebody put among the activations is named by file and number',
  async (line) => {
    const folder = emptyFolder();
    const path = join(folder, 'activations.ndjson');
    const content = `${DOCUMENT}\n${line}\n${DOCUMENT}\n`;
    await writeFile(path, content);
    const opened = openActivationStore(folder);
    await expect(opened).rejects.toThrow(`${path}: line 2 is no record that can be kept here (`);
    await expect(opened).rejects.toMatchObject({ exitCode: 1 });
    // It is the user's to mend: nothing was taken away.
    expect(await readFile(path, 'utf8')).toBe(content);
  },
);

test('a last line without its end is cut off, whatever it holds', async () => {
  const path = join(emptyFolder(), 'lines');
  await writeFile(path, 'one\ntwo\nthr');
  const seen: string[] = [];
  const journal = await openJournal(path, (line) => seen.push(line));
  await journal.append('four\n');
  await journal.close();
  expect(seen).toEqual(['one', 'two']);
  expect(await readFile(path, 'utf8')).toBe('one\ntwo\nfour\n');
});
