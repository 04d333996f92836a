import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shown } from '../../common/shown.js';

test.each([
  [5, '5'],
  [Infinity, 'Infinity'],
  ['fast', '"fast"'],
  ['two\nlines', '"two\\nlines"'],
  [null, 'null'],
  [undefined, 'nothing'],
  [[10, 5], '[10,5]'],
  [[null, true], '[null,true]'],
  [[], '[]'],
  [[5, 'x'], 'a list'],
  [[[5]], 'a list'],
  [{}, 'an object'],
  ['https://me:pass@example.org/x', '"https://(hidden)@example.org/x"'],
  ['me:pass@example.org', '"(hidden)@example.org"'],
  ['user@host', '"user@host"'],
  ['12:30', '"12:30"'],
])('%j is shown as %s', (value, text) => {
  expect(shown(value)).toBe(text);
});

const withSecret = fc.oneof(
  fc.dictionary(fc.string(), fc.constant('hunter2'), { minKeys: 1 }),
  fc.array(fc.oneof(fc.constant('hunter2'), fc.constant({ password: 'hunter2' }), fc.integer())),
);

test('nothing within an object or a list of texts is repeated', () => {
  fc.assert(fc.property(withSecret, (value) => !shown(value).includes('hunter2')));
});

test('any value takes one line of at most 60 characters', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => /^.{1,60}$/.test(shown(value))));
});
