import { expect, test } from 'vitest';
import { hexDigit, isBlank, isToken, isVisible } from '../../../platforms/http/octets.js';

const EVERY_BYTE = Array.from({ length: 256 }, (_, byte) => byte);
const matching = (pattern: RegExp): number[] => EVERY_BYTE.filter((byte) => pattern.test(String.fromCharCode(byte)));

test('the classes of bytes are those of RFC 9110 5.5, 5.6.2 and 5.6.3', () => {
  expect(EVERY_BYTE.filter(isToken)).toEqual(matching(/[!#$%&'*+\-.^_`|~\da-z]/i));
  expect(EVERY_BYTE.filter(isBlank)).toEqual([0x09, 0x20]);
  // HTAB, SP, VCHAR and obs-text.
  expect(EVERY_BYTE.filter(isVisible)).toEqual(matching(/[\t\u0020-\u007e\u0080-\u00ff]/));
});

test('a hexadecimal digit has its value, any other byte −1', () => {
  const values = EVERY_BYTE.map((byte) =>
    /[\da-f]/i.test(String.fromCharCode(byte)) ? parseInt(String.fromCharCode(byte), 16) : -1,
  );
  expect(EVERY_BYTE.map(hexDigit)).toEqual(values);
});
