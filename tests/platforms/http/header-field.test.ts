import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HeaderField, type HeaderNames, headerNames } from '../../../platforms/http/header-field.js';

function understood(names: HeaderNames, name: string, value: string): [ReturnType<HeaderField['header']>, string] {
  const field = new HeaderField(names);
  field.begin();
  for (const byte of Buffer.from(name, 'latin1')) field.addToName(byte);
  for (const byte of Buffer.from(value, 'latin1')) field.addToValue(byte);
  return [field.header(), field.text()];
}

test('names whose hashes are the same are told apart', () => {
  // The hash is 31·h + byte: a = 97 and ~ = 126 give 31·97 + 126 = 3,133 = 31·98 + 95 for b = 98 and _ = 95.
  const names = headerNames(['x-a~', 'x-b_']);
  expect(names.byHash.size).toBe(5);
  expect(understood(names, 'X-A~', 'first')).toEqual([0, 'first']);
  expect(understood(names, 'x-b_', 'second')).toEqual([1, 'second']);
  // One that collides with both and is neither: c = 99 and @ = 64, 31·99 + 64 = 3,133.
  expect(understood(names, 'x-c@', 'third')).toEqual([null, '']);
});

test('a header is found by its name in any case, and by nothing else', () => {
  const names = headerNames(['x-openwhisk-activation-id', 'x']);
  const known = ['content-length', 'transfer-encoding', 'connection', 'keep-alive', 'x-openwhisk-activation-id', 'x'];
  const near = fc.constantFrom(...known).chain((name) =>
    fc.oneof(
      fc
        .array(fc.boolean(), { minLength: name.length, maxLength: name.length })
        .map((upper) => Array.from(name, (char, i) => (upper[i] === true ? char.toUpperCase() : char)).join('')),
      fc.nat(name.length - 1).map((i) => name.slice(0, i) + name.slice(i + 1)),
      fc.constantFrom(`${name}s`, `x${name}`, `${name}${name}`),
    ),
  );
  fc.assert(
    fc.property(
      near.filter((name) => name !== ''),
      fc.string({ unit: 'binary-ascii', maxLength: 200 }),
      (name, value) => {
        const at = known.indexOf(name.toLowerCase());
        const expected = at < 0 ? null : at < 4 ? known[at] : at - 4;
        const text = expected === null ? '' : value.replace(/[ \t]+$/, '');
        expect(understood(names, name, value)).toEqual([expected, text]);
      },
    ),
  );
});

test('of a value of 60,000 bytes every one is there', () => {
  const value = Array.from({ length: 60_000 }, (_, i) => String.fromCharCode(0x21 + (i % 90))).join('');
  expect(understood(headerNames(['a']), 'a', value)).toEqual([0, value]);
});
