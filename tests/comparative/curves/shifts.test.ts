import { expect, test } from 'vitest';
import { randomStream } from '../../../common/random.js';
import { SHIFT_QUANTILES, shiftsOf } from '../../../comparative/curves/shifts.js';
import type { Estimate } from '../../../statistics/estimate.js';
import { CURVE_PERCENTILES } from '../../../comparative/run-curves.js';
import { estimateQuantile } from '../../../statistics/intervals.js';
import { normal } from '../archive-fixture.js';

const alone = (value: number | null): Estimate => ({ value, low: null, high: null, n: 1, method: 'none', note: null });
/** A run whose every quantile is a multiple of another's. */
const runOf = (factor: number): Estimate[] => SHIFT_QUANTILES.map((p) => alone(factor * (10 + 100 * p)));

test('runs that are all longer by a fifth have that ratio at every quantile, and a difference that grows with it', () => {
  const spread = [0.98, 1, 1.02];
  const shifts = shiftsOf({ baseline: spread.map(runOf), candidate: spread.map((each) => runOf(1.2 * each)) });
  expect(shifts.map(({ p }) => p)).toEqual([...SHIFT_QUANTILES]);
  for (const { p, ratio, difference } of shifts) {
    expect(ratio.value).toBeCloseTo(1.2, 12);
    expect(ratio).toMatchObject({ method: 'welch t', n: 6 });
    // of the geometric means of the runs, as the comparison's own
    expect(difference.value).toBeCloseTo(0.2 * (10 + 100 * p) * Math.cbrt(0.98 * 1.02), 10);
    expect(difference).toMatchObject({ method: 'welch t', n: 6 });
    expect(ratio.low! > 1 && difference.low! > 0).toBe(true);
  }
});

test('its quantiles are among those of the percentile curves, from which they are taken', () => {
  for (const p of SHIFT_QUANTILES) expect(CURVE_PERCENTILES).toContain(p);
});

test('a quantile that one of the runs cannot tell is left out', () => {
  const short = runOf(1).map((estimate, i) => (SHIFT_QUANTILES[i]! > 0.95 ? alone(null) : estimate));
  const shifts = shiftsOf({ baseline: [runOf(1), short], candidate: [runOf(1), runOf(1.1)] });
  expect(shifts.at(-1)!.p).toBe(0.95);
});

function run(name: string, factor: number): Float64Array {
  const random = randomStream(3, name);
  let level = normal(random);
  return Float64Array.from({ length: 1_000 }, () => {
    level = 0.5 * level + Math.sqrt(0.75) * normal(random);
    return factor * 20 * Math.exp(0.3 * level);
  });
}

test('of one run a side the intervals hold the true ratio and the true difference of medians in about 95 of 100', () => {
  const repetitions = 300;
  const held = { ratio: 0, difference: 0 };
  const at = SHIFT_QUANTILES.indexOf(0.5);
  for (let i = 0; i < repetitions; i += 1) {
    const side = (factor: number) => [
      SHIFT_QUANTILES.map((p) => (p === 0.5 ? estimateQuantile(run(`${i}/${factor}`, factor), p) : alone(1))),
    ];
    const { ratio, difference } = shiftsOf({ baseline: side(1), candidate: side(1.3) })[at]!;
    // medians of 20 and 26 ms
    if (ratio.low! <= 1.3 && 1.3 <= ratio.high!) held.ratio += 1;
    if (difference.low! <= 6 && 6 <= difference.high!) held.difference += 1;
  }
  // the standard error of 95 % of 300 is 1.26 points: three of them around it
  for (const count of Object.values(held)) {
    expect(count / repetitions).toBeGreaterThan(0.91);
    expect(count / repetitions).toBeLessThan(0.99);
  }
});
