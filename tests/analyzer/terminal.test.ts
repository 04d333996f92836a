import { expect, test } from 'vitest';
import { percent, plainText, shortTime, wrapped } from '../../analyzer/terminal/numbers.js';
import { resultsText } from '../../analyzer/terminal/results-text.js';
import { tableLines } from '../../analyzer/terminal/text-table.js';

test.each([
  [null, '–'],
  [0, '0'],
  [0.312, '0.31'],
  [0.996, '1.0'],
  [3.14, '3.1'],
  [12, '12'],
  [12.34, '12.3'],
  [103.4, '103'],
  [12_449.7, '12,450'],
  [-0.42, '-0.42'],
])('a time of %s is shown as %s', (ms, text) => expect(shortTime(ms)).toBe(text));

test('a share that is not known is no 0 %', () => {
  expect([percent(null), percent(0), percent(0.0213), percent(1)]).toEqual(['–', '0 %', '2.1 %', '100 %']);
});

test('names and answers cannot act on the terminal', () => {
  expect(plainText('\u001b[31mred\u001b]0;title\u0007\nnext\u202e')).toBe(
    String.raw`\u001b[31mred\u001b]0;title\u0007\nnext\u202e`,
  );
  expect(plainText('a long name', 6)).toBe('a lon…');
  const results = [{ function: 'f\u001b[2J', result: '"\r\nfake"', count: 2, distinct_results: 7 }];
  expect(resultsText(results, true)).toBe(
    `${String.raw`results of f\u001b[2J (7 distinct):`}\n${String.raw`  2 × "\r\nfake"`}\n`,
  );
  expect(resultsText([], false)).toMatch(/nothing/);
});

test('a long sentence is broken between words', () => {
  expect(wrapped('✗ one two three', 9)).toEqual(['✗ one two', '  three']);
  expect(wrapped('unbreakable', 5)).toEqual(['unbreakable']);
});

test('columns are as wide as their widest cell', () => {
  expect(
    tableLines(
      [{ title: 'name', align: 'left' }, { title: 'n' }],
      [
        ['a', '1'],
        ['longer', '1,000'],
      ],
    ),
  ).toEqual(['name        n', 'a           1', 'longer  1,000']);
});
