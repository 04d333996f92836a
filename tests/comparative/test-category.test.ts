import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { testCategory } from '../../comparative/test-category.js';

test.each([
  ['json_dumps_8ps', 'json_dumps'],
  ['maps_8ps', 'maps'],
  ['maps_0.5ps', 'maps'],
  ['json_16ps_cold', 'json_cold'],
  ['hello', 'hello'],
  // not a rate: the word goes on
  ['clip_8psx', 'clip_8psx'],
  ['ops_8ps2', 'ops_8ps2'],
  ['taps', 'taps'],
  // a name that is nothing but a rate keeps itself
  ['_8ps', '_8ps'],
])('the category of %s is %s', (name, category) => {
  expect(testCategory(name)).toBe(category);
});

test('appending a rate to any name that does not end in one leaves its category as it was', () => {
  const name = fc.string({ minLength: 1 }).filter((text) => !/_[\d.]*p?s?$/.test(text));
  fc.assert(
    fc.property(name, fc.nat({ max: 100_000 }), (text, rate) => {
      expect(testCategory(`${text}_${rate}ps`)).toBe(testCategory(text));
    }),
  );
});

test('rates between the words of a name are removed wherever they stand, and nothing else is', () => {
  const word = fc.stringMatching(/^[a-z]{1,8}[0-9]?$/);
  const rate = fc.oneof(fc.nat({ max: 9_999 }).map(String), fc.constantFrom('0.5', '12.25'));
  const part = fc.record({ word, rate: fc.option(rate) });
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
      const name = parts.map((each) => each.word + (each.rate === null ? '' : `_${each.rate}ps`)).join('_');
      expect(testCategory(name)).toBe(parts.map((each) => each.word).join('_'));
    }),
  );
});

test('a rate that goes on into a letter or a digit is a word of its own and stays', () => {
  fc.assert(
    fc.property(fc.nat({ max: 9_999 }), fc.stringMatching(/^[\p{L}\p{N}]$/u), (rate, next) => {
      expect(testCategory(`a_${rate}ps${next}`)).toBe(`a_${rate}ps${next}`);
    }),
  );
});
