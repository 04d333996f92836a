import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ConfigError } from '../../common/errors.js';
import { readJson } from '../../workload/json-text.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function fault(text: string): string {
  try {
    readJson(bytes(text), 'x.json');
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('it was read');
}

test('every JSON text is read as JSON.parse reads it', () => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom(undefined, 2, '\t'), (json, indent) => {
      const text = JSON.stringify(JSON.parse(json), undefined, indent);
      expect(readJson(bytes(text), 'x').value).toEqual(JSON.parse(text));
    }),
    { numRuns: 500 },
  );
});

test('what JSON.parse refuses is refused, and what it takes is taken', () => {
  const parses = (text: string): boolean => {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  };
  // Texts near JSON: a right one with one character left out, put in or exchanged.
  const near = fc
    .tuple(
      fc.json({ maxDepth: 3 }),
      fc.nat(),
      fc.constantFrom('', ',', '"', '}', ']', '{', '[', ':', '\\', '0', '.', '-', 'e', ' ', '\n', 'n'),
    )
    .map(([text, at, by]) => text.slice(0, at % text.length) + by + text.slice((at % text.length) + (at % 2)));
  fc.assert(
    fc.property(near, (text) => {
      if (parses(text)) expect(readJson(bytes(text), 'x').value).toEqual(JSON.parse(text));
      else expect(fault(text)).toMatch(/^x\.json: line \d+, column \d+: is not JSON: expected /);
    }),
    { numRuns: 3000 },
  );
});

test.each([
  ['{"a": 1,}', 'line 1, column 9: is not JSON: expected a key in double quotes'],
  ['{"a" 1}', 'line 1, column 6: is not JSON: expected ":" or "}"'],
  ['[1 2]', 'line 1, column 4: is not JSON: expected "," or "]"'],
  ['{"a": 1\n "b": 2}', 'line 2, column 2: is not JSON: expected "," or "}"'],
  ['[01]', 'line 1, column 2: is not JSON: expected a value'],
  ['{"a": "unfinished', 'line 1, column 7: is not JSON: expected a value'],
  ['\r\n\r\n[', 'line 3, column 2: is not JSON: expected a value'],
])('the place of a mistake is told: %j', (text, message) => {
  expect(fault(text)).toBe(`x.json: ${message}`);
});

test('keys that stand twice in one object are told, in two objects not', () => {
  expect(readJson(bytes('{"a":{"b":1,"c":2,"b":3},"b":{"a":1}}'), 'x').repeatedKeys).toEqual(['b']);
  expect(readJson(bytes('{"\\u0061":1,"a":2}'), 'x').repeatedKeys).toEqual(['a']);
});

test('a byte order mark is no part of the text', () => {
  expect(readJson(bytes('\uFEFF{"a":1}'), 'x').value).toEqual({ a: 1 });
});
