import { expect, test } from 'vitest';
import { sentences } from '../../comparative/sentences.js';
import type { Comparison } from '../../comparative/comparison.js';
import { changeText, figureText, otherText, threeDigits } from '../../comparative/wording.js';
import { comparison, ofRuns } from './comparison-fixture.js';

const textOf = (...comparisons: Comparison[]) => sentences(comparisons)[0]!.text;

test('a finding is told with its size, its interval and what it rests on', () => {
  expect(textOf(comparison('p99', [1.18, 1.09, 1.28], { finding: 'more' }))).toBe(
    'hello: response p99 +18 % [+9, +28], slower (5 runs a side).',
  );
  expect(textOf(comparison('p50', [0.8, 0.7, 0.9], { finding: 'less' }))).toBe(
    'hello: response p50 −20 % [−30, −10], faster (5 runs a side).',
  );
  expect(
    textOf(comparison('p50', [1, 0.95, 1.05]), comparison('error_rate', [0.02, 0.01, 0.03], { finding: 'more' })),
  ).toBe('hello: errors +2 pp [+1, +3], more (5 runs a side).');
  expect(textOf(comparison('throughput', [0.5, 0.4, 0.6], { finding: 'less' }))).toMatch(
    /throughput −50 % \[−60, −40\], less/,
  );
});

test('what cannot be told says why and what would decide', () => {
  // s = 0.06: at 5 runs a side (t₀.₉₇₅ + t₀.₈)(8 df)·√(2·0.06²/5) = 3.195·0.0379 = 0.121 > ln 1.1 = 0.0953;
  // at 8 (14 df) 3.013·0.03 = 0.0904, at 7 (12 df) 3.052·0.0321 = 0.0979: three more
  expect(textOf(comparison('p99', [1.02, 0.94, 1.11], { foresight: ofRuns(5, 0.06 ** 2) }))).toBe(
    'hello: cannot tell: the interval [−6, +11] of response p99 +2 % includes 0; about 3 more runs a side would decide a change of 10 %.',
  );
  expect(textOf(comparison('p99', null))).toBe('hello: cannot tell: too few (100 < 1,000).');
});

test("no change is ×1 in a ratio's interval and 0 in a percentage's", () => {
  expect(textOf(comparison('p99', [2.2, 0.569, 8.52]))).toMatch(/the interval \[×0\.569, ×8\.52\] of .* includes ×1;/);
  expect(textOf(comparison('p99', [1.2, 0.8, 1.8]))).toMatch(/the interval \[−20, \+80\] of .* includes 0;/);
});

test('runs too few to know their spread by promise nothing of how many more would decide', () => {
  const wide: [number, number, number] = [1.2, 0.8, 1.8];
  expect(textOf(comparison('p99', wide, { runs: { baseline: 1, candidate: 2 } }))).toMatch(
    /; 2 runs are too few to know/,
  );
  expect(textOf(comparison('p99', wide, { runs: { baseline: 2, candidate: 2 } }))).toMatch(
    /; 2 runs are too few to know/,
  );
  const many = { runs: { baseline: 400, candidate: 400 }, foresight: ofRuns(400, 4) };
  // (1.9600 + 0.8416)·√(2·4/n) ≤ 0.0953 from n = 6,914 on (t with 13,826 df adds a run): 6,515 more, told as 6,600
  expect(textOf(comparison('p99', wide, many))).toMatch(/about 6,600 more runs/);
});

test('why there is no number is said of the median: it needs the fewest rows', () => {
  const zero = comparison('p50', null);
  zero.change.note = 'a ratio needs positive values: latencies are 0 in whole milliseconds';
  expect(textOf(comparison('p99', null), zero)).toBe(`hello: cannot tell: ${zero.change.note}.`);
});

test('a narrow interval around no change rules a change of 10 % out', () => {
  expect(textOf(comparison('p99', [1.01, 0.97, 1.05]))).toBe(
    'hello: no difference found: response p99 +1 % [−3, +5], so one of 10 % is ruled out (5 runs a side).',
  );
});

test('an interval without 0 that the correction does not carry is no finding', () => {
  expect(textOf(comparison('p50', [1.1, 1.01, 1.2]))).toMatch(/cannot tell: .*leaves out 0, but/);
});

test('one run a side says what it cannot know', () => {
  const single = { finding: 'more', runs: { baseline: 1, candidate: 1 } } as const;
  expect(textOf(comparison('p50', [1.4, 1.3, 1.5], single))).toMatch(
    /one run a side: the spread between runs is unknown/,
  );
});

test('worse and better in one function are mixed', () => {
  const [sentence] = sentences([
    comparison('p50', [0.8, 0.7, 0.9], { finding: 'less' }),
    comparison('error_rate', [0.02, 0.01, 0.03], { finding: 'more' }),
  ]);
  expect(sentence!.tone).toBe('mixed');
});

test('the other of ratio and difference is told in the unit of the figures, with its interval', () => {
  const of = (value: number | null, low: number | null, high: number | null) => ({
    other: { value, low, high, n: 10, method: 'welch t', note: null } as const,
  });
  expect(otherText(comparison('p99', [1.1, 1, 1.2], of(3.21, 1.1, 5.4)))).toBe('+3.21 ms [+1.1, +5.4]');
  expect(otherText(comparison('cost', [1.1, 1, 1.2], of(-0.000_244, null, null)))).toBe('−0.000244 a million');
  const priced = { ...of(0.5, 0.1, 0.9), cost_basis: 'USD, aws-lambda us-east-1 of 2026-11-01, x86_64' };
  expect(otherText(comparison('cost', [1.1, 1, 1.2], priced))).toBe('+0.5 USD a million [+0.1, +0.9]');
  expect(otherText(comparison('cold_share', [0.1, 0, 0.2], of(1.8, 1.1, 2.9)))).toBe('×1.8 [×1.1, ×2.9]');
  expect(otherText(comparison('error_rate', [0.1, 0, 0.2], of(null, null, null)))).toBe('–');
});

test('figures have three digits that count, changes two, and doublings are told as factors', () => {
  expect([0, 0.01234, 1.2345, 12.345, 1234.5].map(threeDigits)).toEqual(['0', '0.0123', '1.23', '12.3', '1,235']);
  expect(changeText(comparison('p50', [2.5, 2, 3]))).toBe('×2.5');
  expect(changeText(comparison('p50', [1.002, 1, 1.1]))).toBe('+0.2 %');
  expect(figureText(comparison('error_rate', null), 0.0213)).toBe('2.13 %');
  expect(figureText(comparison('throughput', null), 49.87)).toBe('49.9 /s');
  // a cost with the currency of its table
  const cost_basis = 'EUR, our own of 2026-11-01, x86_64';
  expect(figureText(comparison('cost', null, { cost_basis }), 0.412)).toBe('0.412 EUR a million');
});
