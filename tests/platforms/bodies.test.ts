import { expect, test } from 'vitest';
import { bodiesOf, bodySourceOf, longestBody } from '../../platforms/bodies.js';

const list = (jsons: string[]) => bodySourceOf({ kind: 'list', jsons, order: 'cycle' }, '{}');

test('a row of a list sends the object at its place, as its text stands there', () => {
  const body = bodiesOf(list(['{"n": 12345678901234567890}', '{"name":"名前"}']));
  expect([1, 0, 1].map((input) => body(input).toString('utf8'))).toEqual([
    '{"name":"名前"}',
    '{"n": 12345678901234567890}',
    '{"name":"名前"}',
  ]);
});

test('the longest body of a list is told in bytes, also of more objects than a call can have arguments', () => {
  const jsons = Array.from({ length: 300_000 }, () => '{}');
  jsons[123_456] = '{"name":"é"}';
  expect(longestBody(list(jsons))).toBe(13);
  expect(longestBody(bodySourceOf({ kind: 'none' }, '{}'))).toBe(2);
});
