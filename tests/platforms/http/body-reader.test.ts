import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BodyReader } from '../../../platforms/http/body-reader.js';

function chunkedBody(text: string, keepBytes = Infinity): BodyReader {
  const reader = new BodyReader(keepBytes);
  reader.beginChunked();
  const bytes = Buffer.from(text, 'latin1');
  reader.read(bytes, 0, bytes.length);
  return reader;
}

test('a counted body ends at its last byte, and what follows is not of it', () => {
  const reader = new BodyReader(Infinity);
  reader.beginCounted(3);
  const bytes = Buffer.from('..abcdef');
  expect(reader.read(bytes, 2, bytes.length)).toBe(5);
  expect([reader.complete, reader.bytes, reader.kept!.toString()]).toEqual([true, 3, 'abc']);
});

test('a counted body of 0 bytes is complete before any byte', () => {
  const reader = new BodyReader(Infinity);
  reader.beginCounted(0);
  expect([reader.complete, reader.read(Buffer.from('x'), 0, 1)]).toEqual([true, 0]);
});

test('only a body that lasts until the connection ends is completed by its end', () => {
  const reader = new BodyReader(Infinity);
  reader.beginUntilClose();
  reader.read(Buffer.from('ab'), 0, 2);
  expect([reader.complete, reader.close(), reader.complete, reader.bytes]).toEqual([false, true, true, 2]);
  reader.forget();
  reader.beginCounted(3);
  reader.read(Buffer.from('ab'), 0, 2);
  expect(reader.close()).toBe(false);
  expect(chunkedBody('2\r\nab\r\n0\r\n').close()).toBe(false);
});

test('data in chunks of any sizes, in any digits, with any extensions, comes out as it went in', () => {
  const size = (n: number) =>
    fc
      .record({
        zeros: fc.nat(20),
        upper: fc.boolean(),
        pad: fc.constantFrom('', ' ', '\t '),
        extension: extensionText,
      })
      .map(({ zeros, upper, pad, extension }) => {
        const digits = '0'.repeat(zeros) + n.toString(16);
        return `${upper ? digits.toUpperCase() : digits}${pad}${extension}\r\n`;
      });
  const extensionText = fc.constantFrom('', ';', ';a', ';a=b', ';a="b;c d"', '; \u00ff=\t1');
  const data = fc.array(fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 40 }), { maxLength: 6 });
  fc.assert(
    fc.property(
      data.chain((parts) =>
        fc.tuple(fc.constant(parts), fc.tuple(...[...parts, ''].map(({ length }) => size(length)))),
      ),
      ([parts, sizes]) => {
        const text = `${parts.map((part, i) => `${sizes[i]}${part}\r\n`).join('')}${sizes.at(-1)}\r\n`;
        const reader = chunkedBody(text);
        expect([reader.complete, reader.kept?.toString('latin1') ?? '']).toEqual([true, parts.join('')]);
      },
    ),
  );
});

test.each([
  // Below 2^48 a size may have another digit, so 16·2^48 − 1 = 2^52 − 1 is the largest; a double holds all up to 2^53.
  ['fffffffffffff', false],
  ['00000fffffffffffff', false],
  ['10000000000000', true],
  ['ffffffffffffffff', true],
])('a chunk of %s bytes is beyond every number: %s', (digits, broken) => {
  expect(chunkedBody(`${digits}\r\n`).broken).toBe(broken);
});

test.each([
  ['extensions', (n: number) => `1;${'a'.repeat(n - 1)}\r\nx\r\n0\r\n\r\n`],
  ['blanks behind sizes', (n: number) => `1${' '.repeat(n)}\r\nx\r\n0\r\n\r\n`],
  ['trailers', (n: number) => `1\r\nx\r\n0\r\na:${'b'.repeat(n - 2)}\r\n\r\n`],
])('%s are read up to 64 KiB and no further', (_, text) => {
  // The first blank or `;`, and the colon of a trailer, are of the frame and not counted.
  expect(chunkedBody(text(65_536)).complete).toBe(true);
  expect(chunkedBody(text(65_540)).broken).toBe(true);
});

test('ten thousand chunks without extensions are no matter of the frame’s limit', () => {
  const reader = chunkedBody(`${'a\r\n0123456789\r\n'.repeat(10_000)}0\r\n\r\n`, 0);
  expect([reader.complete, reader.bytes, reader.kept]).toEqual([true, 100_000, null]);
});
