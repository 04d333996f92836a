import { expect, test } from 'vitest';
import type { Estimate } from '../../../statistics/estimate.js';
import { estimateMean } from '../../../statistics/intervals.js';
import { pricedRun } from './priced-run.js';

/*
 * A plan of more than 5,000 rows is summed up over stretches: of 16,000 rows over stretches of four. What few rows or a
 * short burst have must not be lost in them, and what many rows have must come out as if it had been sorted.
 */
const ROWS = 16_000;
/** 160 rows, one in a hundred: too few for an interval. */
const isRare = (seq: number): boolean => seq % 100 === 0;
/** 346 rows one after the other: a stretch of four is more than a hundredth of them, and a tenth are 34.6. */
const isBurst = (seq: number): boolean => seq > 6000 && seq < 6350 && !isRare(seq);

function close(found: Estimate, expected: Estimate, tolerance: number): void {
  expect([found.n, found.method, found.note]).toEqual([expected.n, expected.method, expected.note]);
  expect(Math.abs(found.value! - expected.value!)).toBeLessThanOrEqual(1e-12 * expected.value!);
  if (expected.low === null) return expect([found.low, found.high]).toEqual([null, null]);
  const width = expected.high! - expected.low!;
  for (const end of ['low', 'high'] as const)
    expect(Math.abs(found[end]! - expected[end]!)).toBeLessThanOrEqual(tolerance * width);
}

test('a long run has the estimates of its rows: exact for bursts, else to a tenth of the interval', async () => {
  const { run, cost } = await pricedRun({
    rows: ROWS,
    seed: 3,
    invocation: (row) => ({
      ...row,
      function: isRare(row.seq) ? 'rare' : isBurst(row.seq) ? 'burst' : row.function,
    }),
  });
  const durations = new Map(run.activations.map((row) => [row.activation_id, row.duration_ms!]));
  const estimate = (name?: string): Estimate => {
    const rows = run.invocations.filter((row) => name === undefined || row.function === name);
    // 0.25 GB, whole milliseconds
    const costs = rows.map((row) => 0.25 * durations.get(row.activation_id!)! * 1000 * 0.0000166667 + 0.2);
    return estimateMean(Float64Array.from(costs));
  };
  expect(cost.functions.map(({ name, priced }) => [name, priced]).slice(-1)).toEqual([['burst', 346]]);
  for (const { name, per_million } of cost.functions)
    close(per_million, estimate(name), name === 'rare' || name === 'burst' ? 1e-9 : 0.1);
  close(cost.per_million, estimate(), 0.1);
  expect(cost.functions.find(({ name }) => name === 'rare')!.per_million).toMatchObject({
    n: 160,
    method: 'none',
  });
});

test('the same run has the same figures, to the last bit', async () => {
  const [one, other] = await Promise.all([1, 2].map(async () => (await pricedRun({ rows: 6000 })).cost));
  expect(one).toEqual(other);
});
