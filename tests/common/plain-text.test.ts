import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainJson, plainLines, plainText } from '../../common/plain-text.js';

/** ESC, BEL, CSI of C1, DEL, what turns the direction of writing, and separators of lines that no one calls so. */
const ACTING = ['\u0000', '\u0007', '\u001b', '\u007f', '\u009b', '\u200f', '\u2028', '\u202e', '\u2066', '\r', '\t'];
const TEXTS = fc.array(
  fc.oneof(fc.string({ unit: 'binary', maxLength: 8 }), fc.constantFrom(...ACTING, '\n', 'é', '名前')),
  {
    maxLength: 8,
  },
);
const acts = (text: string) => ACTING.filter((char) => text.includes(char));

test('within a line nothing of a name acts on a terminal or ends the line, and what it was can be read', () => {
  expect(plainText('a\nhello: response p99 +900 %\u001b[2J\u202e')).toBe(
    String.raw`a\nhello: response p99 +900 %\u001b[2J\u202e`,
  );
  fc.assert(
    fc.property(TEXTS, (parts) => {
      const plain = plainText(parts.join(''));
      expect(acts(plain)).toEqual([]);
      expect(plain).not.toContain('\n');
    }),
  );
});

test('names of any script stay as they are', () => {
  for (const name of ['été', '名前', 'имя', '👩‍🚀', 'שם']) expect(plainText(name)).toBe(name);
});

test('a text of several lines keeps its breaks and nothing else that acts', () => {
  fc.assert(
    fc.property(TEXTS, (parts) => {
      const text = parts.join('');
      expect(acts(plainLines(text))).toEqual([]);
      expect(plainLines(text).split('\n')).toHaveLength(text.split('\n').length);
    }),
  );
});

test('a JSON document says the same after it, whatever its texts and keys hold', () => {
  fc.assert(
    fc.property(TEXTS, TEXTS, (key, text) => {
      const value = { [`k${key.join('')}`]: [text.join(''), 1, null] };
      const document = plainJson(JSON.stringify(value, null, 2));
      expect(JSON.parse(document)).toEqual(value);
      expect(acts(document)).toEqual([]);
    }),
  );
});

test('what is too long is cut, with a mark', () => {
  expect(plainText('abcdef', 4)).toBe('abc…');
  expect(plainText('abcd', 4)).toBe('abcd');
});
