import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Comparison, Measure } from '../../comparative/comparison.js';
import { exitCodeOf } from '../../comparative/exit-code.js';
import { judge, parseGate } from '../../comparative/gate.js';
import { junitOf, markdownOf } from '../../comparative/gate-files.js';
import type { ComparisonResult } from '../../comparative/result.js';

function comparison(
  measure: Measure,
  value: number | null,
  low: number | null,
  high: number | null,
  name = 'hello',
): Comparison {
  return {
    scope: 'function',
    name,
    function: name,
    measure,
    time: measure.startsWith('p') ? 'response_ms' : null,
    by: measure === 'error_rate' || measure === 'cold_share' ? 'difference' : 'ratio',
    baseline: 1,
    candidate: 1,
    change: {
      value,
      low,
      high,
      n: 10,
      method: 'welch t',
      note: value === null ? 'too few rows a run (at most 12)' : null,
    },
    p: null,
    p_holm: null,
    runs: { baseline: 5, candidate: 5 },
    rows: { baseline: 500, candidate: 500 },
    finding: 'cannot tell',
    cliffs_delta: null,
  };
}

const verdictOf = (gate: string, each: Comparison) => judge([parseGate(gate)], [each])[0]!.verdict;

test('a gate fails only where the whole interval lies beyond its bound, and passes only where it lies within', () => {
  expect(verdictOf('p99 +5%', comparison('p99', 1.18, 1.09, 1.28))).toBe('fail');
  expect(verdictOf('p99 +5%', comparison('p99', 1.06, 1.01, 1.12))).toBe('not enough data');
  expect(verdictOf('p99 +5%', comparison('p99', 1.01, 0.98, 1.04))).toBe('pass');
  expect(verdictOf('p99 +5%', comparison('p99', null, null, null))).toBe('not enough data');
  // errors are bounded in percentage points: 0.1 pp = 0.001
  expect(verdictOf('error_rate +0.1pp', comparison('error_rate', 0.004, 0.002, 0.006))).toBe('fail');
  expect(verdictOf('error_rate +0.1pp', comparison('error_rate', 0, -0.0005, 0.0005))).toBe('pass');
  // throughput may not fall
  expect(verdictOf('throughput -5%', comparison('throughput', 0.9, 0.88, 0.93))).toBe('fail');
  expect(verdictOf('throughput -5%', comparison('throughput', 1.2, 1.1, 1.3))).toBe('pass');
});

test('what is not enough says how much more would decide', () => {
  // on the log scale the value lies ln(1.06/1.05) = 0.00948 above the bound and the interval reaches 0.0517 from it:
  // (0.0517/0.00948)² = 29.8 times the 5 runs, 144 more, told with two digits
  const [result] = judge([parseGate('p99 +5%')], [comparison('p99', 1.06, 1.01, 1.12)]);
  expect(result!.text).toBe(
    'hello: p99 +5%: not enough data (response p99 +6 % [+1, +12]; about 140 more runs a side would decide)',
  );
});

test('a measure that no function of both sides has is not enough data', () => {
  expect(judge([parseGate('cold_share +1pp')], [])).toMatchObject([{ verdict: 'not enough data', group: 'all' }]);
});

test.each([
  ['p99', /expected a measure and a bound/],
  ['p99 5%', /expected a measure and a bound/],
  ['latency +5%', /expected a measure and a bound/],
  ['p99 +5pp', /p99 is bounded in per cent/],
  ['error_rate +5%', /error_rate is bounded in percentage points/],
  ['throughput -100%', /nothing can fall by 100 %/],
  ['', /expected a measure and a bound/],
])('the gate "%s" is refused', (gate, reason) => {
  expect(() => parseGate(gate)).toThrow(reason);
});

test('a gate is read with any spacing and either spelling of the measure', () => {
  expect(parseGate('response_ms.p99  + 5 %')).toMatchObject({ measure: 'p99', bound: 1.05, fails: 'above' });
  expect(parseGate(' error_rate +0.1pp ')).toMatchObject({ measure: 'error_rate', bound: 0.001 });
});

test('whatever the interval: pass and fail exclude each other, and a worse candidate never turns a fail into a pass', () => {
  const ratio = fc.double({ min: 0.2, max: 5, noNaN: true });
  fc.assert(
    fc.property(
      ratio,
      fc.double({ min: 1, max: 3, noNaN: true }),
      fc.double({ min: 1, max: 2, noNaN: true }),
      (value, spread, worse) => {
        const order = ['pass', 'not enough data', 'fail'];
        const before = verdictOf('p50 +10%', comparison('p50', value, value / spread, value * spread));
        const after = verdictOf(
          'p50 +10%',
          comparison('p50', value * worse, (value / spread) * worse, value * spread * worse),
        );
        expect(order.indexOf(after)).toBeGreaterThanOrEqual(order.indexOf(before));
      },
    ),
  );
});

test('exit codes: a fault before an invalid run before a gate; not enough data fails only when strict', () => {
  const gates = (verdict: 'pass' | 'fail' | 'not enough data') => [{ gate: 'g', group: 'a', verdict, text: '' }];
  const invalid = [{ run_id: 'r', test: 't', reasons: ['late'] }];
  const [ok, strict] = [{ strict: false }, { strict: true }];
  expect(exitCodeOf({ gates: gates('pass'), invalid: [] }, { fault: null }, strict)).toBe(0);
  expect(exitCodeOf({ gates: gates('fail'), invalid: [] }, { fault: null }, ok)).toBe(4);
  expect(exitCodeOf({ gates: gates('not enough data'), invalid: [] }, { fault: null }, ok)).toBe(0);
  expect(exitCodeOf({ gates: gates('not enough data'), invalid: [] }, { fault: null }, strict)).toBe(4);
  expect(exitCodeOf({ gates: gates('fail'), invalid }, { fault: null }, ok)).toBe(3);
  expect(exitCodeOf({ gates: [], invalid }, { fault: null }, ok)).toBe(0);
  expect(exitCodeOf({ gates: gates('fail'), invalid }, { fault: 'x.mjs:3' }, ok)).toBe(1);
});

test('JUnit counts failures and skips, and hostile names stay text in it and in Markdown', () => {
  const name = `<b>&"'|[x](http://evil)@all\u0007`;
  const comparisons = [comparison('p99', 1.18, 1.09, 1.28, name), comparison('p99', 1.06, 1.01, 1.12, 'b')];
  const result = {
    sides: { baseline: { label: name, runs: ['1'] }, candidate: { label: 'new', runs: ['2'] }, chosen: null },
    gates: judge([parseGate('p99 +5%')], comparisons),
    comparisons,
    sentences: [],
    settings: [],
    invalid: [],
  } as unknown as ComparisonResult;
  const xml = junitOf(result);
  expect(xml).toContain('tests="2" failures="1" errors="0" skipped="1"');
  expect(xml).toContain('&lt;b&gt;&amp;&quot;&apos;|[x](http://evil)@all\ufffd');
  expect(xml).not.toContain('<b>');
  const markdown = markdownOf(result);
  expect(markdown).not.toMatch(/<b>|\[x\]\(|@all/);
  // a pipe in a name adds no cell to the table
  const row = markdown.split('\n').find((line) => line.includes('http') && line.startsWith('| '))!;
  expect(row.split('|')).toHaveLength(8);
});

test('an invalid run makes every case of JUnit an error', () => {
  const result = {
    sides: null,
    gates: judge([parseGate('p99 +5%')], [comparison('p99', 1.01, 0.99, 1.02)]),
    invalid: [{ run_id: 'r1', test: 't', reasons: ['p99 of lateness 40 ms, budget 10 ms'] }],
  } as unknown as ComparisonResult;
  expect(junitOf(result)).toMatch(/errors="1"[^]*<error message="not every run is valid: r1: p99 of lateness/);
});
