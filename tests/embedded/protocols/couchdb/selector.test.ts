import fc from 'fast-check';
import { expect, test } from 'vitest';
import { collate } from '../../../../embedded/protocols/couchdb/collate.js';
import { compileSelector } from '../../../../embedded/protocols/couchdb/selector.js';

test('keys are in the order that CouchDB documents', () => {
  const ordered = [
    null,
    false,
    true,
    -1,
    0,
    1.5,
    10,
    '',
    'a',
    'aa',
    'b',
    [],
    ['a'],
    ['a', 1],
    ['b'],
    {},
    { a: 1 },
    { a: 2 },
    { b: 1 },
  ];
  ordered.forEach((a, i) => ordered.forEach((b, j) => expect(Math.sign(collate(a, b))).toBe(Math.sign(i - j))));
});

test('the order of any two keys is the opposite of the other way round, and equal only for equals', () => {
  const key = fc.jsonValue({ maxDepth: 2 });
  fc.assert(
    fc.property(key, key, (a, b) => {
      expect(Math.sign(collate(a, b)) + Math.sign(collate(b, a))).toBe(0);
      expect(collate(a, a)).toBe(0);
    }),
  );
});

test('a selector compares, combines, and reaches into documents; a missing field equals nothing', () => {
  const document = {
    name: 'hello',
    start: 5,
    response: { statusCode: 1, result: { error: 'bad' } },
    logs: [],
    tags: ['a', 'b'],
    pairs: [{ key: 'initTime', value: 7 }],
  };
  const matches = (selector: unknown): boolean => compileSelector(selector)(document);
  const yes = [
    {},
    { name: 'hello' },
    { start: { $gt: 4, $lte: 5 } },
    { start: { $eq: 5 } },
    { 'response.statusCode': 1 },
    { response: { result: { error: { $exists: true } } } },
    { $and: [{ start: { $gte: 5 } }, { name: { $ne: 'other' } }] },
    { $or: [{ start: 0 }, { name: { $in: ['x', 'hello'] } }] },
    { $nor: [{ start: 0 }] },
    { $not: { start: 0 } },
    { start: { $not: { $lt: 5 } } },
    { missing: { $exists: false } },
    { logs: [] },
    { logs: { $size: 0 } },
    { tags: { $size: 2 } },
    { tags: { $all: ['b'] } },
    { tags: { $in: ['x', 'b'] } },
    { tags: { $elemMatch: { $eq: 'a' } } },
    { tags: { $allMatch: { $regex: '^[ab]$' } } },
    { pairs: { $elemMatch: { key: 'initTime', value: { $gt: 5 } } } },
    { name: { $regex: 'l{2}' } },
    { name: { $beginsWith: 'he' } },
    { start: { $mod: [3, 2] } },
    { start: { $type: 'number' }, logs: { $type: 'array' }, response: { $type: 'object' }, name: { $type: 'string' } },
    { start: { $lt: 'text sorts after numbers' } },
  ];
  const no = [
    { start: { $gt: 5 } },
    { missing: { $gt: null } },
    { missing: { $ne: 1 } },
    { missing: null },
    { start: '5' },
    { name: { $nin: ['hello'] } },
    { tags: { $nin: ['b'] } },
    { tags: { $all: ['b', 'c'] } },
    { tags: { $allMatch: { $eq: 'a' } } },
    { logs: { $allMatch: { $exists: true } } },
    { logs: { $elemMatch: {} } },
    { pairs: { $elemMatch: { key: 'initTime', value: { $gt: 9 } } } },
    { name: { $size: 5 } },
    { start: { $regex: '5' } },
    { start: { $mod: [3, 1] } },
    { missing: { $type: 'null' } },
  ];
  for (const selector of yes) expect([selector, matches(selector)]).toEqual([selector, true]);
  for (const selector of no) expect([selector, matches(selector)]).toEqual([selector, false]);
  for (const selector of [5, [], { start: { $where: 1 } }, { $xor: [] }, { $and: {} }])
    expect(() => matches(selector)).toThrow();
});
