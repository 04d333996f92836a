import fc from 'fast-check';
import { expect, test } from 'vitest';
import { filterPattern } from '../../../../embedded/protocols/cloudwatch/filter-pattern.js';
import { AwsFault } from '../../../../embedded/protocols/aws/fault.js';

// The examples of https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html
test.each([
  ['', 'anything', true],
  [' ', '', true],
  ['ERROR', '[ERROR 400] BAD REQUEST', true],
  ['ERROR', 'error', false],
  ['ERROR ARGUMENTS', '[ERROR 419] MISSING ARGUMENTS', true],
  ['ERROR ARGUMENTS', '[ERROR 400] BAD REQUEST', false],
  ['?ERROR ?ARGUMENTS', '[ERROR 400] BAD REQUEST', true],
  ['?ERROR ?ARGUMENTS', 'MISSING ARGUMENTS', true],
  ['?ERROR ?ARGUMENTS', 'fine', false],
  ['"INTERNAL SERVER ERROR"', '[ERROR 500] INTERNAL SERVER ERROR', true],
  ['"INTERNAL SERVER ERROR"', 'ERROR INTERNAL SERVER', false],
  ['ERROR -ARGUMENTS', '[ERROR 400] BAD REQUEST', true],
  ['ERROR -ARGUMENTS', '[ERROR 419] MISSING ARGUMENTS', false],
  ['%AUTHORIZED%', 'UNAUTHORIZED 401', true],
  ['%4[0-9]{2}%', 'ERROR 500', false],
  ['"say \\"x\\""', 'they say "x"', true],
  ['?"START RequestId" ?"REPORT RequestId"', 'REPORT RequestId: 1', true],
])('%j on %j: %j', (pattern, message, expected) => {
  expect(filterPattern(pattern)(message)).toBe(expected);
});

test.each(['a-b', '{ $.x = 1 }', '[a, b]', '"open', '%[%'])('%j is refused', (pattern) => {
  expect(() => filterPattern(pattern)).toThrow(AwsFault);
});

test('a phrase in quotes matches exactly the messages that hold it, whatever it holds', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.string(), fc.string(), (phrase, before, after) => {
      const matches = filterPattern(`"${phrase.replaceAll(/["\\]/g, String.raw`\$&`)}"`);
      expect(matches(before + phrase + after)).toBe(true);
      expect(matches(before)).toBe(before.includes(phrase));
    }),
  );
});
