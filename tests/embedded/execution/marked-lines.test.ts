import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readMarkedLines } from '../../../embedded/execution/marked-lines.js';

const MARK = 'end-of-log-X';

/** Reads bytes in pieces that end at these places; marks come out as `<id>`. */
function readIn(bytes: Buffer, cuts: readonly number[], wanted = (): boolean => true): string[] {
  const read: string[] = [];
  const { take, flush } = readMarkedLines(MARK, {
    wanted,
    line: (text) => read.push(text),
    marked: (id) => read.push(`<${id}>`),
  });
  const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].toSorted((a, b) => a - b);
  let from = 0;
  for (const end of [...ends, bytes.length]) {
    take(bytes.subarray(from, end));
    from = end;
  }
  flush();
  return read;
}

const line = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }).map((text) => Buffer.from(text.replaceAll('\n', '')).toString('utf8')),
  fc.constantFrom('', 'end-of-', MARK.slice(0, -1)),
);
const mark = fc.record({ unended: line, id: fc.constantFrom('', '26d7bc4a-6a3f-4c2e-9d3b-0f7d3f6f5a10') });
const cuts = fc.array(fc.nat(2_000), { maxLength: 20 });

/** Lines, and marks of which some stand behind a line that has no end. */
const written = fc.array(fc.oneof(line, mark), { maxLength: 20 });

function bytesOf(parts: readonly (string | { unended: string; id: string })[]): Buffer {
  const texts = parts.map((part) =>
    typeof part === 'string' ? `${part}\n` : `${part.unended}${MARK}${part.id === '' ? '' : ` ${part.id}`}\n`,
  );
  return Buffer.from(texts.join(''));
}

test('lines and marks come out as they were written, in whatever pieces they come', () => {
  fc.assert(
    fc.property(written, cuts, (parts, places) => {
      const expected = parts.flatMap((part) => {
        if (typeof part === 'string') return [part];
        return part.unended === '' ? [`<${part.id}>`] : [part.unended, `<${part.id}>`];
      });
      expect(readIn(bytesOf(parts), places)).toEqual(expected);
    }),
  );
});

test('while no lines are wanted every mark is still found', () => {
  fc.assert(
    fc.property(written, cuts, (parts, places) => {
      const marks = parts.flatMap((part) => (typeof part === 'string' ? [] : [`<${part.id}>`]));
      const read = readIn(bytesOf(parts), places, () => false);
      expect(read.filter((each) => each.startsWith('<') && each.endsWith('>') && marks.includes(each))).toEqual(marks);
    }),
  );
});

test('lines that are wanted again behind a mark are whole, and none before it comes out', () => {
  let wanted = false;
  const read: string[] = [];
  const { take } = readMarkedLines(MARK, {
    wanted: () => wanted,
    line: (text) => read.push(text),
    marked: () => (wanted = true),
  });
  const bytes = Buffer.from(`no\nnor this${MARK}\nyes\nand this\n`);
  // one byte at a time: no place of a cut is left out
  for (const byte of bytes) take(Buffer.from([byte]));
  expect(read).toEqual(['yes', 'and this']);
});

test('a line longer than 65,536 letters is broken, and a mark behind it is found', () => {
  const long = 'x'.repeat(200_000);
  const read = readIn(Buffer.from(`${long}${MARK}\n`), [65_000, 130_000, 199_999, 200_005]);
  expect(read.at(-1)).toBe('<>');
  expect(read.slice(0, -1).join('')).toBe(long);
  expect(read.length).toBeGreaterThan(2);
});
