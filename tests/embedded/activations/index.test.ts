import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createColumns } from '../../../embedded/activations/columns.js';
import { openJournal } from '../../../embedded/activations/journal.js';
import { createSortedRows } from '../../../embedded/activations/order.js';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'faaslab-test-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

const hex = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString('hex'));

test('the columns give back what was put in, and find it by its id, beyond every growth', () => {
  const columns = createColumns();
  // 2,500 rows grow the columns from 1,024 twice; equal first digits meet in one slot
  const entries = Array.from({ length: 2_500 }, (_, i) => ({
    activationId: `${(i % 7).toString(16).padStart(8, '0')}${i.toString(16).padStart(24, '0')}`,
    revision: i.toString(16).padStart(32, 'f'),
    start: 1.8e12 + i,
    statusCode: i % 4,
    functionName: `f${i % 10}`,
    offset: i * 600,
    length: 600,
  }));
  for (const entry of entries) columns.add(entry);
  expect(columns.count()).toBe(2_500);
  entries.forEach((entry, row) => {
    expect(columns.find(entry.activationId)).toBe(row);
    expect(columns.entry(row)).toEqual(entry);
  });
  expect(columns.find('f'.repeat(32))).toBe(undefined);
  expect(columns.find('no hex')).toBe(undefined);
  expect([columns.numberOf('f3'), columns.numberOf('g')]).toEqual([3, undefined]);
});

test('rows are sorted by start and id, in whatever order they come', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), hex), { maxLength: 60 }), (given) => {
      const columns = createColumns();
      const sorted = createSortedRows((a, b) => columns.start(a) - columns.start(b) || columns.compareIds(a, b));
      for (const [start, activationId] of given) {
        sorted.insert(
          columns.add({
            activationId,
            revision: activationId,
            start,
            statusCode: 0,
            functionName: 'f',
            offset: 0,
            length: 0,
          }),
        );
      }
      const rows = Array.from({ length: sorted.length }, (_, place) => sorted.at(place));
      const shown = rows.map((row) => [columns.start(row), columns.activationId(row)] as const);
      expect(shown).toEqual(given.toSorted(([a, x], [b, y]) => a - b || (x < y ? -1 : x > y ? 1 : 0)));
    }),
  );
});

test('a journal gives each line back from its place, and loses only a line that was cut off', async () => {
  const path = join(folder, 'journal.ndjson');
  const journal = await openJournal(path);
  const offsets = await Promise.all(['{"a":1}\n', '{"ü":2}\n{"c":3}\n'].map((lines) => journal.append(lines)));
  expect(offsets).toEqual([0, 8]);
  expect((await journal.read(8, 8)).toString()).toBe('{"ü":2}');
  await journal.close();

  await writeFile(path, `${await readFile(path, 'utf8')}{"cut":`);
  const seen: [string, number, number][] = [];
  const again = await openJournal(path, (line, offset, length) => seen.push([line, offset, length]));
  expect(seen).toEqual([
    ['{"a":1}', 0, 7],
    ['{"ü":2}', 8, 8],
    ['{"c":3}', 17, 7],
  ]);
  expect(await again.append('{"d":4}\n')).toBe(25);
  expect((await again.read(25, 7)).toString()).toBe('{"d":4}');
  await again.close();
});
