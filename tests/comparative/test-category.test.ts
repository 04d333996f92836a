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
