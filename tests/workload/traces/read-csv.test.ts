import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FileFault } from '../../../workload/named-files.js';
import { csvRows, readCsv } from '../../../workload/traces/read-csv.js';
import { inFile } from './trace-files.js';

interface Read {
  line: number;
  fields: string[];
}

/** All rows of a text that comes in pieces of these sizes, over and over. */
function rowsOf(text: string, sizes: readonly number[] = [Infinity]): Read[] {
  const rows: Read[] = [];
  const reader = csvRows((row) =>
    rows.push({ line: row.line, fields: Array.from({ length: row.length }, (_, i) => row.text(i)) }),
  );
  const bytes = Buffer.from(text, 'utf8');
  for (let at = 0, i = 0; at < bytes.length; at += sizes[i++ % sizes.length]!) {
    // A copy, as a stream hands it over: bytes of another piece are not there.
    reader.add(Buffer.from(bytes.subarray(at, at + sizes[i % sizes.length]!)));
  }
  reader.end();
  return rows;
}

const field = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.string({ unit: fc.constantFrom('"', ',', '\r', '\n', 'a', 'é'), maxLength: 6 }),
);

test('what any writer of RFC 4180 writes is read back, wherever its bytes are cut', () => {
  const table = fc.array(fc.tuple(fc.array(field, { minLength: 2, maxLength: 5 }), fc.array(fc.boolean())), {
    minLength: 1,
    maxLength: 6,
  });
  const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(
      table,
      fc.constantFrom('\n', '\r\n'),
      fc.boolean(),
      fc.boolean(),
      sizes,
      (rows, end, bom, last, cuts) => {
        const written = rows.map(([fields, quoted]) =>
          fields
            .map((text, i) => (quoted[i] || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text))
            .join(','),
        );
        // A byte order mark at the beginning belongs to the file, not to its first field.
        fc.pre(!written[0]!.startsWith('\ufeff'));
        const text = `${bom ? '\ufeff' : ''}${written.join(end)}${last ? end : ''}`;
        const read = rowsOf(text, cuts);
        expect(read.map(({ fields }) => fields)).toEqual(rows.map(([fields]) => fields));
        // Each row begins on the line after all line ends before it, those within quotes too.
        const lines = written.map((_, i) => written.slice(0, i).reduce((n, row) => n + row.split('\n').length, 1));
        expect(read.map(({ line }) => line)).toEqual(lines);
      },
    ),
    { numRuns: 500 },
  );
});

describe('a line', () => {
  test('that is blank is no row, and counts as a line', () => {
    expect(rowsOf('a,b\n\n\r\nc,d\n\n\n')).toEqual([
      { line: 1, fields: ['a', 'b'] },
      { line: 4, fields: ['c', 'd'] },
    ]);
  });

  test('of empty fields is a row', () => {
    expect(rowsOf(',\n"",""')).toEqual([
      { line: 1, fields: ['', ''] },
      { line: 2, fields: ['', ''] },
    ]);
  });

  test('may have more fields than any buffer was made for', () => {
    const fields = Array.from({ length: 10_000 }, (_, i) => String(i));
    expect(rowsOf(`${fields.join(',')}\n`, [777])).toEqual([{ line: 1, fields }]);
  });
});

test('digits are read without a string, and nothing else is taken for them', () => {
  const read: number[] = [];
  const reader = csvRows((row) => {
    for (let i = 0; i < row.length; i += 1) read.push(row.digits(i));
  });
  reader.add(Buffer.from('0,12,999999999999999,1000000000000000,,-1,1.0,1e3, 1,"5",٣'));
  reader.end();
  expect(read).toEqual([0, 12, 999_999_999_999_999, NaN, NaN, NaN, NaN, NaN, NaN, NaN, NaN]);
});

test.each([
  ['a,b\nc,"d', 'line 2, column 2: a quote is opened and never closed'],
  ['a,b\n"c"d,e\n', 'line 2, column 1: text follows a closing quote'],
])('wrong quotes are told with line and column: %j', (text, message) => {
  expect(() => rowsOf(text, [3])).toThrow(new FileFault(message));
});

test('a file that has no lines is not held in memory', async () => {
  await inFile(Buffer.alloc(18 << 20, 'x'), async (path) => {
    await expect(readCsv(path, () => undefined)).rejects.toThrow(
      /^line 1 has more than 16777216 bytes; is this a CSV file\?$/,
    );
  });
});

test('the SHA-256 is that of the whole file, byte order mark and all', async () => {
  const content = '\ufeffa,b\r\n1,2';
  await inFile(content, async (path) => {
    expect(await readCsv(path, () => undefined)).toBe(createHash('sha256').update(content).digest('hex'));
  });
});

test('a folder and a missing file are told in a phrase', async () => {
  await expect(readCsv('/', () => undefined)).rejects.toThrow(new FileFault('is a folder'));
  await expect(readCsv('/nowhere/a.csv', () => undefined)).rejects.toThrow(new FileFault('no such file'));
});
