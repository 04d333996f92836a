import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sizeInLog } from '../../../embedded/execution/log-size.js';

/** A line as Docker's json-file driver writes it; its time always with nine digits. */
function dockerLine(text: string): string {
  // Go's short escapes are those of quote, backslash, newline and carriage return; < > & and U+2028, U+2029 are escaped too
  const log = JSON.stringify(`${text}\n`)
    .replaceAll(/\\[bft]/g, '\\u00__')
    .replaceAll(/[<>&]/g, '\\u00__')
    .replaceAll(/[\u2028\u2029]/g, '\\u202_');
  return `{"log":${log},"stream":"stdout","time":"2026-11-21T08:28:47.328730463Z"}\n`;
}

test.each([
  ['', 71],
  ['hello', 76],
  ['ü', 73],
  ['say "no"', 81],
  ['a\tb', 79],
  ['<p>', 84],
  ['\u2028', 77],
])('%j takes %i bytes of its log', (text, bytes) => {
  expect(sizeInLog(text)).toBe(bytes);
});

test('any line takes what the driver writes for it', () => {
  const text = fc.string({ unit: 'binary', maxLength: 40 }).map((each) => Buffer.from(each).toString('utf8'));
  // a backslash before b, f or t would look like an escape in the model
  fc.assert(
    fc.property(
      text.filter((each) => !each.includes('\\') && !each.includes('\n')),
      (each) => {
        expect(sizeInLog(each)).toBe(Buffer.byteLength(dockerLine(each)));
      },
    ),
  );
});
