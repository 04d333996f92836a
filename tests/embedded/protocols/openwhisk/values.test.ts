import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isJson, isText, withCharset } from '../../../../embedded/protocols/openwhisk/media-types.js';
import { finalNames, inherited, objectOf } from '../../../../embedded/protocols/openwhisk/parameters.js';
import { prettyJson } from '../../../../embedded/protocols/openwhisk/pretty-json.js';
import { nextVersion } from '../../../../embedded/protocols/openwhisk/version.js';

const parameters = fc.array(fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd'), value: fc.jsonValue() }));

test('parameters laid over others are what their objects are, one over the other, each key once', () => {
  fc.assert(
    fc.property(parameters, parameters, (under, over) => {
      const both = inherited(under, over);
      expect(objectOf(both)).toEqual({ ...objectOf(under), ...objectOf(over) });
      expect(new Set(both.map(({ key }) => key)).size).toBe(both.length);
      expect(inherited(both, [])).toEqual(both);
    }),
  );
});

test('final are the parameters that have a value, of an action that says so', () => {
  const given = [
    { key: 'set', value: 0 },
    { key: 'open', value: null },
  ];
  const final = (value: unknown): string[] => [...finalNames([{ key: 'final', value }], given)];
  expect([final(true), final('yes'), final(1)]).toEqual([['set'], ['set'], ['set']]);
  expect([final(false), final(''), final(0), final(null), [...finalNames([], given)]]).toEqual([[], [], [], [], []]);
});

test('indented JSON is the same value, laid out as the real system lays it out', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.stringify(JSON.parse(prettyJson(value)))).toBe(JSON.stringify(value));
    }),
  );
  expect(prettyJson({ a: [1, { b: 'x' }], c: {} })).toBe('{\n  "a": [1, {\n    "b": "x"\n  }],\n  "c": {\n\n  }\n}');
});

test.each([
  ['text/plain', true, false, 'text/plain; charset=UTF-8'],
  ['text/html; charset=ISO-8859-1', true, false, 'text/html; charset=ISO-8859-1'],
  ['application/json', true, true, 'application/json'],
  ['application/vnd.api+json; charset=utf-8', true, true, 'application/vnd.api+json; charset=utf-8'],
  ['application/xml', true, false, 'application/xml; charset=UTF-8'],
  ['application/x-www-form-urlencoded', true, false, 'application/x-www-form-urlencoded; charset=UTF-8'],
  ['image/svg+xml', false, false, 'image/svg+xml'],
  ['application/octet-stream', false, false, 'application/octet-stream'],
  ['', false, false, ''],
])('%s: text %s, JSON %s, sent as %s', (type, text, json, sent) => {
  expect([isText(type), isJson(type), withCharset(type)]).toEqual([text, json, sent]);
});

test('a version follows the one before, unless one is asked for', () => {
  expect([nextVersion(undefined, undefined), nextVersion(undefined, '0.0.9'), nextVersion(undefined, '1.2.3')]).toEqual(
    ['0.0.1', '0.0.10', '1.2.4'],
  );
  expect([nextVersion('2.0.0', '0.0.1'), nextVersion('soon', '0.0.1')]).toEqual(['2.0.0', '0.0.2']);
});
