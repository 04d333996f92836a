import { expect, test } from 'vitest';
import type { Comparison, Measure } from '../../comparative/comparison.js';
import { sentences } from '../../comparative/sentences.js';
import { changeText, figureText, threeDigits } from '../../comparative/wording.js';

function comparison(
  measure: Measure,
  change: [value: number, low: number, high: number] | null,
  more: Partial<Comparison> = {},
): Comparison {
  const [value, low, high] = change ?? [null, null, null];
  return {
    scope: 'function',
    name: 'hello',
    function: 'hello',
    measure,
    time: ['p50', 'p90', 'p99', 'mean'].includes(measure) ? 'response_ms' : null,
    by: measure === 'error_rate' || measure === 'cold_share' ? 'difference' : 'ratio',
    baseline: 1,
    candidate: 1,
    change: { value, low, high, n: 10, method: 'welch t', note: change === null ? 'too few (100 < 1,000)' : null },
    p: 0.2,
    p_holm: 0.4,
    runs: { baseline: 5, candidate: 5 },
    rows: { baseline: 5_000, candidate: 5_000 },
    finding: change === null ? 'no number' : 'cannot tell',
    cliffs_delta: null,
    ...more,
  };
}

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
  // the interval reaches ln(1.11/0.94)/2 = 0.0831 from its centre; 10 % is ln 1.1 = 0.0953: (0.0831/0.0953)²·5 < 5 → 1 more
  expect(textOf(comparison('p99', [1.02, 0.94, 1.11]))).toBe(
    'hello: cannot tell: the interval [−6, +11] of response p99 +2 % includes 0; about 1 more run a side would decide a change of 10 %.',
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
  expect(textOf(comparison('p99', wide, { runs: { baseline: 1, candidate: 4 } }))).toMatch(
    /; more runs on the side that has one would narrow it\.$/,
  );
  // ln(1.8/0.8)/2 = 0.405; (0.405/ln 1.1)²·400 = 7,239.6 → 7,240 in all
  expect(textOf(comparison('p99', wide, { runs: { baseline: 400, candidate: 400 } }))).toMatch(/about 6,840 more runs/);
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

test('figures have three digits that count, changes two, and doublings are told as factors', () => {
  expect([0, 0.01234, 1.2345, 12.345, 1234.5].map(threeDigits)).toEqual(['0', '0.0123', '1.23', '12.3', '1,235']);
  expect(changeText(comparison('p50', [2.5, 2, 3]))).toBe('×2.5');
  expect(changeText(comparison('p50', [1.002, 1, 1.1]))).toBe('+0.2 %');
  expect(figureText(comparison('error_rate', null), 0.0213)).toBe('2.13 %');
  expect(figureText(comparison('throughput', null), 49.87)).toBe('49.9 /s');
});
