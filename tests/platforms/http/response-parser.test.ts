import fc from 'fast-check';
import { expect, test } from 'vitest';
import { headerNames } from '../../../platforms/http/header-field.js';
import { ResponseParser } from '../../../platforms/http/response-parser.js';
import { cutAt, oddAnswer, validAnswer } from '../../support/odd-answer-arbitrary.js';

const newParser = (keepBytes = Infinity): ResponseParser => new ResponseParser(headerNames(['x-wanted']), keepBytes);

/** Everything that a parser tells after it has read pieces, and how many of their bytes belong to the answer. */
function told(parser: ResponseParser, pieces: readonly Buffer[], withoutBody: boolean) {
  parser.begin(withoutBody);
  let used = 0;
  for (const piece of pieces) if (!parser.complete && !parser.broken) used += parser.read(piece, piece.length);
  const { status, complete, broken, head, body } = parser;
  const { keepsOpen, keepOpenMs, wanted } = head;
  const facts = { status, complete, broken, bytes: body.bytes, kept: body.kept?.toString('latin1') ?? null };
  return { ...facts, used, keepsOpen, keepOpenMs, wanted: [...wanted], whole: parser.close() };
}

test('any partition of the bytes tells the same, and so does one byte at a time', () => {
  fc.assert(
    fc.property(oddAnswer, fc.array(fc.nat(), { maxLength: 20 }), ({ pieces, method }, cuts) => {
      const bytes = Buffer.concat(pieces);
      const single = Array.from(bytes, (_, i) => bytes.subarray(i, i + 1));
      const whole = told(newParser(), [bytes], method === 'HEAD');
      for (const partition of [pieces, cutAt(bytes, cuts), single]) {
        expect(told(newParser(), partition, method === 'HEAD')).toEqual(whole);
      }
    }),
    { numRuns: 1_500 },
  );
});

test('an answer reads the same whatever its parser read before, whole, broken or cut off', () => {
  const parser = newParser();
  fc.assert(
    fc.property(oddAnswer, ({ pieces, method }) => {
      const used = told(parser, pieces, method === 'HEAD');
      expect(used).toEqual(told(newParser(), pieces, method === 'HEAD'));
    }),
    { numRuns: 1_500 },
  );
});

test('a careful server’s answer is never broken, and its end is found exactly', () => {
  fc.assert(
    fc.property(validAnswer, ({ text, length, status, body }) => {
      const bytes = Buffer.from(text, 'latin1');
      const seen = told(newParser(), [bytes], false);
      expect(seen).toMatchObject({ status, broken: false, whole: true, bytes: body.length, kept: body || null });
      expect(seen.used).toBe(length);
    }),
  );
});

test('only the first bytes of a body are kept, and all are counted', () => {
  const text = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n';
  fc.assert(
    fc.property(fc.nat(9), fc.array(fc.nat(), { maxLength: 10 }), (keepBytes, cuts) => {
      const { bytes, kept } = told(newParser(keepBytes), cutAt(Buffer.from(text), cuts), false);
      expect([bytes, kept]).toEqual([7, 'abcdefg'.slice(0, keepBytes) || null]);
    }),
  );
});

test('what is kept of a body is a copy: the next bytes of the connection do not change it', () => {
  const parser = newParser();
  parser.begin(false);
  const bytes = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello');
  parser.read(bytes, bytes.length);
  const { kept } = parser.body;
  bytes.fill(0);
  expect(kept!.toString()).toBe('hello');
});
