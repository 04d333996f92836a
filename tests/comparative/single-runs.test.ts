import { expect, test } from 'vitest';
import { randomStream } from '../../common/random.js';
import { differenceOfShares, ONE_RUN_NOTE, ratioOfRuns } from '../../comparative/single-runs.js';
import { normal } from './archive-fixture.js';

/** Lognormal AR(1) of median 20 ms, with 2 % cold starts at +300 ms: what latencies of a warm pool look like. */
function run(name: string, phi: number, rows = 2_000, factor = 1): Float64Array {
  const random = randomStream(7, name);
  let level = normal(random);
  return Float64Array.from({ length: rows }, () => {
    level = phi * level + Math.sqrt(1 - phi ** 2) * normal(random);
    return factor * 20 * Math.exp(0.3 * level) + (random() < 0.02 ? 300 : 0);
  });
}

// 200 repetitions at a true rate of 6 % have a standard error of 1.7 percentage points, so 11 % is three of them away;
// tests that take rows as independent alarm in 25 to 75 % of these.
test.each([
  [0, 0.5],
  [0.5, 0.5],
  [0.8, 0.5],
  [0.95, 0.5],
  [0, 0.9],
  [0.8, 0.9],
])('two runs of the same thing, correlation %f, seldom differ at quantile %f', (phi, p) => {
  let alarms = 0;
  for (let i = 0; i < 200; i += 1) {
    const change = ratioOfRuns(run(`a${i}/${phi}`, phi), run(`b${i}/${phi}`, phi), p, i);
    if (change.p! < 0.05) alarms += 1;
  }
  expect(alarms).toBeLessThanOrEqual(22);
});

test('two runs of the same thing seldom differ in their tail, by the block bootstrap', () => {
  let alarms = 0;
  for (let i = 0; i < 60; i += 1) {
    const change = ratioOfRuns(run(`a${i}`, 0.8), run(`b${i}`, 0.8), 0.99, i);
    expect(change.change.method).toBe('block bootstrap');
    if (change.p! < 0.05) alarms += 1;
  }
  // 60 repetitions at 6 %: 3.6 expected, standard deviation 1.8
  expect(alarms).toBeLessThanOrEqual(9);
});

test('a run that is 40 % slower is found, with an interval around 1.4 that says it rests on one run a side', () => {
  const { change, p } = ratioOfRuns(run('a', 0.5), run('b', 0.5, 2_000, 1.4), 0.5, 1);
  expect(p).toBeLessThan(0.001);
  expect(change.low).toBeGreaterThan(1.25);
  expect(change.low).toBeLessThan(1.4);
  expect(change.high).toBeGreaterThan(1.4);
  expect(change.high).toBeLessThan(1.6);
  expect(change).toMatchObject({ method: 'sectioning', n: 4_000, note: ONE_RUN_NOTE });
});

test('the p value and the interval agree: p is below 5 % exactly where the interval leaves out no change', () => {
  for (let i = 0; i < 100; i += 1) {
    const { change, p } = ratioOfRuns(run(`a${i}`, 0.3, 500), run(`b${i}`, 0.3, 500, 1.05), 0.5, i);
    expect(p! < 0.05).toBe(change.low! > 1 || change.high! < 1);
    const shares = differenceOfShares(
      flags(400, (j) => j % 40 === 0),
      flags(400, (j) => j % (20 + i) === 0),
    );
    expect(shares.p! < 0.05).toBe(shares.change.low! > 0 || shares.change.high! < 0);
  }
});

test('the difference in ms stands beside the ratio, and of shares the ratio beside the difference', () => {
  let held = 0;
  for (let i = 0; i < 100; i += 1) {
    const { baseline, candidate, change, other } = ratioOfRuns(
      run(`a${i}`, 0.5),
      run(`b${i}`, 0.5, 2_000, 1.1),
      0.5,
      i,
    );
    expect(other.value).toBeCloseTo(candidate! - baseline!, 9);
    expect([change.note, other.note]).toEqual([ONE_RUN_NOTE, ONE_RUN_NOTE]);
    // the median of 2 % cold rows and warm ones around 20 ms is that of the warm at 0.5/0.98: 20·exp(0.3·0.02558) = 20.154
    if (other.low! <= 2.0154 && 2.0154 <= other.high!) held += 1;
  }
  // 100 repetitions at 95 %: standard deviation 2.2
  expect(held).toBeGreaterThanOrEqual(88);
  const shares = differenceOfShares(
    flags(1_000, (i) => i % 20 === 0),
    flags(1_000, (i) => i % 10 === 0),
  );
  expect(shares.other.value).toBeCloseTo(2, 12);
  expect(shares.other.low).toBeGreaterThan(1);
  expect(shares.other.high).toBeLessThan(4);
  const none = differenceOfShares(
    new Uint8Array(500),
    flags(500, (i) => i % 10 === 0),
  );
  expect(none.other).toMatchObject({ value: null, note: 'the baseline is 0: no ratio' });
});

test('swapping the sides turns the ratio and the difference around', () => {
  const [a, b] = [run('a', 0.5), run('b', 0.5)];
  const there = ratioOfRuns(a, b, 0.9, 1);
  const back = ratioOfRuns(b, a, 0.9, 1);
  expect(back.change.value! * there.change.value!).toBeCloseTo(1, 12);
  expect(back.change.low! * there.change.high!).toBeCloseTo(1, 9);
  expect(back.p).toBeCloseTo(there.p!, 12);
  const errors = [flags(300, (i) => i % 9 === 0), flags(500, (i) => i % 7 === 0)] as const;
  const forth = differenceOfShares(errors[0], errors[1]);
  const reverse = differenceOfShares(errors[1], errors[0]);
  expect(reverse.change.low).toBeCloseTo(-forth.change.high!, 12);
});

test('too few rows for a quantile give no number but the reason', () => {
  const { change, p } = ratioOfRuns(run('a', 0, 900), run('b', 0, 2_000), 0.99, 1);
  expect(change).toMatchObject({ value: null, low: null, high: null, method: 'none', note: 'too few (900 < 1,000)' });
  expect(p).toBeNull();
});

test('latencies of 0 whole milliseconds have no ratio, for that reason', () => {
  const { change } = ratioOfRuns(new Float64Array(600), new Float64Array(600), 0.5, 1);
  expect(change.note).toBe('a ratio needs positive values: latencies are 0 in whole milliseconds');
});

test('no error in either run: the interval has the width that the rows give it, by hand', () => {
  // Wilson's upper end of 0 in n: z²/(n + z²) = 3.8415/(1000 + 3.8415) = 0.003827 on both sides
  const { change, p } = differenceOfShares(new Uint8Array(1_000), new Uint8Array(1_000));
  expect(change.value).toBe(0);
  expect(change.low).toBeCloseTo(-0.003827, 6);
  expect(change.high).toBeCloseTo(0.003827, 6);
  expect(p).toBe(1);
});

test('values that never vary give no interval rather than one of width nothing', () => {
  const { change, p } = ratioOfRuns(new Float64Array(500).fill(3), new Float64Array(500).fill(4), 0.5, 1);
  expect(change.value).toBeCloseTo(4 / 3, 12);
  expect(change).toMatchObject({ low: null, high: null, method: 'none' });
  expect(p).toBeNull();
});

function flags(n: number, of: (i: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: n }, (_, i) => Number(of(i)));
}
