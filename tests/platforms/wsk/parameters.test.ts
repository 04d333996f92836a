import fc from 'fast-check';
import { expect, test } from 'vitest';
import { longestBody } from '../../../platforms/bodies.js';
import { compactJson, parametersOf, requestBytesOf } from '../../../platforms/wsk/parameters.js';

test('white space and needless escapes go; numbers, however long, stay', () => {
  const json = '{ "a" : [ 1 , 12345678901234567890 , 1.50 ],\n\t"b c" : "x \\u00e9\\/ \\"{ }\\"" }';
  expect(compactJson(json)).toBe('{"a":[1,12345678901234567890,1.50],"b c":"x é/ \\"{ }\\""}');
});

test('compact JSON means what it meant, and is what JSON.stringify makes of it', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(0, 1, 4, '\t'), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      expect(compactJson(text)).toBe(JSON.stringify(value));
    }),
  );
  expect(compactJson('"\u2028\u2029"')).toBe('"\\u2028\\u2029"');
});

test('a string of many megabytes passes', () => {
  const long = JSON.stringify({ data: `${'a'.repeat(2 ** 24)}${'\n"'.repeat(2 ** 20)}` });
  expect(compactJson(long)).toBe(long);
});

test('a request is as long as the compact JSON and a line feed', () => {
  // {"ms":200} has 10 bytes.
  const params = parametersOf({ kind: 'params', json: '{ "ms": 200 }' });
  expect(requestBytesOf(params)(0)).toBe(11);
  expect(longestBody(params)).toBe(11);
  const list = parametersOf({ kind: 'list', jsons: ['{}', '{"é": 1}'], order: 'cycle' });
  // {} and a line feed; {"é":1} has 7 characters, one of them of two bytes.
  expect([0, 1].map(requestBytesOf(list))).toEqual([3, 9]);
  expect(requestBytesOf(parametersOf({ kind: 'none' }))(0)).toBe(3);
});

test('a row’s duration is counted as it is sent', () => {
  const parameters = parametersOf({ kind: 'duration', parameter: 'ms', json: '{ "a": 1 }' });
  // {"a":1,"ms":12.5} has 17 bytes.
  expect(requestBytesOf(parameters)(12.5)).toBe(18);
});
