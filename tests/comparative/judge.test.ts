import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Comparison } from '../../comparative/comparison.js';
import { exitCodeOf } from '../../comparative/exit-code.js';
import { parseGate } from '../../comparative/gate.js';
import { gatesNote, judge } from '../../comparative/judge.js';
import { comparison, ofRuns } from './comparison-fixture.js';

const judged = (gate: string, comparisons: Comparison[], more: Partial<Parameters<typeof judge>[1]> = {}) =>
  judge([parseGate(gate)], { comparisons, unpaired: [], invalid: [], ...more });
const verdictOf = (gate: string, each: Comparison) => judged(gate, [each])[0]!.verdict;

test('a gate fails only where the whole interval lies beyond its bound, and passes only where it lies within', () => {
  expect(verdictOf('p99 +5%', comparison('p99', [1.18, 1.09, 1.28]))).toBe('fail');
  expect(verdictOf('p99 +5%', comparison('p99', [1.06, 1.01, 1.12]))).toBe('not enough data');
  expect(verdictOf('p99 +5%', comparison('p99', [1.01, 0.98, 1.04]))).toBe('pass');
  expect(verdictOf('p99 +5%', comparison('p99', null))).toBe('not enough data');
  // errors are bounded in percentage points: 0.1 pp = 0.001
  expect(verdictOf('error_rate +0.1pp', comparison('error_rate', [0.004, 0.002, 0.006]))).toBe('fail');
  expect(verdictOf('error_rate +0.1pp', comparison('error_rate', [0, -0.0005, 0.0005]))).toBe('pass');
  expect(verdictOf('cold_share +1pp', comparison('cold_share', [0.02, 0.005, 0.035]))).toBe('not enough data');
  // throughput may not fall
  expect(verdictOf('throughput -5%', comparison('throughput', [0.9, 0.88, 0.93]))).toBe('fail');
  expect(verdictOf('throughput -5%', comparison('throughput', [1.2, 1.1, 1.3]))).toBe('pass');
  expect(verdictOf('cost +2%', comparison('cost', [1.05, 1.03, 1.07]))).toBe('fail');
});

test("what is not enough says how many more runs would decide the gate's own bound", () => {
  // value ln(1.1/1.05) = 0.04652 above the bound, s² = 0.0025: at 3 + 17 runs (38 df) (2.0244 + 0.8512)·√(2·0.0025/20) = 0.04547;
  // at 3 + 16 (36 df) (2.0281 + 0.8517)·√(2·0.0025/19) = 0.04672 is too wide still
  const near = comparison('p99', [1.1, 1, 1.21], { foresight: ofRuns(3, 0.0025), runs: { baseline: 3, candidate: 3 } });
  const [result] = judged('p99 +5%', [near]);
  expect(result).toMatchObject({ more: { more: 17, unit: 'run' } });
  expect(result!.text).toBe(
    'hello: p99 +5%: not enough data (response p99 +10 % [0, +21]; about 17 more runs a side would decide)',
  );
  // the bound of 1 % is farther from it: ln(1.1/1.01) = 0.0854
  expect(judged('p99 +1%', [near])[0]!.more!.more).toBeLessThan(17);
});

test('rows a side are named where each side is one run, and rows for an interval where there is none', () => {
  const single = { runs: { baseline: 1, candidate: 1 }, rows: { baseline: 900, candidate: 2_000 } };
  const side = { n: 2_000, variance: 0.0004, df: 9 };
  const wide = comparison('p50', [1.02, 0.96, 1.08], {
    ...single,
    foresight: { unit: 'row', baseline: side, candidate: side },
  });
  // two variances of 0.0004·2000/n with 18 df: (2.10092 + 0.86205)·√(1.6/n) ≤ ln(1.05/1.02) = 0.028988 from n = 16,717 on
  expect(judged('p50 +5%', [wide])[0]).toMatchObject({ more: { unit: 'row', more: 14_717 } });
  expect(judged('p50 +5%', [wide])[0]!.text).toContain('about 15,000 more rows a side would decide');
  // p99 has an interval from 2,000 rows on
  expect(judged('p99 +5%', [comparison('p99', null, single)])[0]!.text).toBe(
    'hello: p99 +5%: not enough data (too few (100 < 1,000); about 1,100 more rows a side give an interval)',
  );
});

test('a change that lies on the bound is told so, without a number', () => {
  const on = comparison('p99', [1.05, 1, 1.1], { foresight: ofRuns(5, 0.01) });
  expect(judged('p99 +5%', [on])[0]).toMatchObject({ verdict: 'not enough data', more: null });
  expect(judged('p99 +5%', [on])[0]!.text).toContain('no amount would decide');
});

test('nothing passes in silence: one-sided functions, measures without a number and no function at all are told', () => {
  const passing = comparison('p99', [1.01, 0.98, 1.04]);
  const unpriced = comparison('p99', [1.01, 0.98, 1.04], { name: 'b', function: 'b' });
  const unpaired = [{ scope: 'function', name: 'gone', function: 'gone', side: 'baseline' }] as const;
  expect(judged('p99 +5%', [passing], { unpaired: [...unpaired] }).map(({ text }) => text)).toEqual([
    'gone: p99 +5%: not enough data (only the baseline has it)',
    'hello: p99 +5%: pass (response p99 +1 % [−2, +4])',
  ]);
  expect(judged('cost +5%', [comparison('cost', [1, 0.99, 1.01]), unpriced]).map(({ verdict }) => verdict)).toEqual([
    'not enough data',
    'pass',
  ]);
  expect(judged('cold_share +1pp', [])).toMatchObject([{ verdict: 'not enough data', group: 'all' }]);
  // hello has no times at all
  expect(judged('p99 +5%', [comparison('error_rate', [0, 0, 0])])[0]!.text).toMatch(/no times are known on both sides/);
});

test('a gate on a time that the comparison is not about is not judged by the other one', () => {
  const response = comparison('p99', [1.01, 0.98, 1.04]);
  expect(judged('response_ms.p99 +5%', [response])[0]!.verdict).toBe('pass');
  expect(judged('latency_ms.p99 +5%', [response])[0]).toMatchObject({
    verdict: 'not enough data',
    text: 'hello: latency_ms.p99 +5%: not enough data (it is compared by response_ms, since the client waited for results)',
  });
});

test('functions whose names read alike are judged each', () => {
  const instance = comparison('p99', [1.01, 0.98, 1.04], { scope: 'instance', name: 'a', function: 'b' });
  const named = comparison('p99', [1.2, 1.1, 1.3], { name: 'a of b', function: 'a of b' });
  expect(judged('p99 +5%', [instance, named]).map(({ verdict }) => verdict)).toEqual(['fail', 'pass']);
});

test('an invalid run never passes: what would pass is not enough data, what fails fails', () => {
  const invalid = [{ run_id: 'r1' }];
  const [pass] = judged('p99 +5%', [comparison('p99', [1.01, 0.98, 1.04])], { invalid });
  expect(pass).toMatchObject({ verdict: 'not enough data' });
  expect(pass!.text).toBe('hello: p99 +5%: not enough data (response p99 +1 % [−2, +4], but run r1 is not valid)');
  expect(judged('p99 +5%', [comparison('p99', [1.18, 1.09, 1.28])], { invalid })[0]!.verdict).toBe('fail');
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
        const before = verdictOf('p50 +10%', comparison('p50', [value, value / spread, value * spread]));
        const after = verdictOf(
          'p50 +10%',
          comparison('p50', [value * worse, (value / spread) * worse, value * spread * worse]),
        );
        expect(order.indexOf(after)).toBeGreaterThanOrEqual(order.indexOf(before));
      },
    ),
  );
});

test('exit codes: a fault before an invalid run before a gate; not enough data fails only when strict', () => {
  const gates = (verdict: 'pass' | 'fail' | 'not enough data') => [
    { gate: 'g', group: 'a', verdict, more: null, text: '' },
  ];
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

test('what fails comes first, then what is not enough, in the order of the gates; where sentences stand beside gates, why they may part', () => {
  const comparisons = [
    comparison('p50', [1.01, 0.98, 1.04]),
    comparison('p90', [1.18, 1.06, 1.3]),
    comparison('p99', [1.06, 1.01, 1.12]),
    comparison('mean', [1.2, 1.1, 1.3]),
  ];
  const gates = judge(['p50 +5%', 'p99 +5%', 'mean +5%', 'p90 +5%'].map(parseGate), {
    comparisons,
    unpaired: [],
    invalid: [],
  });
  expect(gates.map(({ gate, verdict }) => `${gate} ${verdict}`)).toEqual([
    'mean +5% fail',
    'p90 +5% fail',
    'p99 +5% not enough data',
    'p50 +5% pass',
  ]);
  expect(gatesNote({ gates, comparisons })).toBe(
    'Each gate judges its 95 % interval by itself; findings are corrected (Holm) for all 4 comparisons that have a p value, so a gate can fail where a sentence cannot tell.',
  );
  expect(gatesNote({ gates: [], comparisons })).toBeNull();
  // with one comparison there is nothing to correct for
  expect(gatesNote({ gates, comparisons: comparisons.slice(0, 1) })).toBeNull();
});
