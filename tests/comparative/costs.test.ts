import { expect, test } from 'vitest';
import { ratioOfCosts, type RunCost } from '../../comparative/costs.js';
import type { RunFigures } from '../../comparative/run-figures.js';

const BASIS = 'USD, aws-lambda us-east-1 of 2026-11-01, x86_64';
const run = (cost: Partial<RunCost> | null): RunFigures =>
  ({ cost: cost === null ? null : { value: 1, low: 0.9, high: 1.1, n: 1_000, basis: BASIS, ...cost } }) as RunFigures;

test('one run a side: the intervals of the analyses add up on the log scale', () => {
  const found = ratioOfCosts(
    [run({ value: 2, low: 1.9, high: 2 ** 2 / 1.9 })],
    [run({ value: 3, low: 2.85, high: 9 / 2.85 })],
  )!;
  expect(found.change.value).toBeCloseTo(1.5, 12);
  // Two equal reaches of ln(2/1.9), each of 9 degrees of freedom, make √2 of them with 18: t falls from 2.262 to 2.101.
  const reach = Math.log(2 / 1.9) * Math.SQRT2 * (2.10092 / 2.26216);
  expect(Math.log(found.change.high! / 1.5)).toBeCloseTo(reach, 4);
  expect(Math.log(1.5 / found.change.low!)).toBeCloseTo(reach, 4);
  expect(found.change.method).toBe('sectioning');
});

test('several runs a side: the run is the unit', () => {
  const side = (...values: number[]) => values.map((value) => run({ value }));
  const found = ratioOfCosts(side(1, 1.02, 0.98), side(2, 2.02, 1.98))!;
  expect(found.change.value).toBeCloseTo(2.0003, 3);
  expect(found.change).toMatchObject({ n: 6, method: 'welch t' });
});

test('costs at the prices of different tables are not compared, and the note says what to do', () => {
  const found = ratioOfCosts([run({})], [run({ basis: BASIS.replace('x86_64', 'arm64') })])!;
  expect(found.change).toMatchObject({ value: null, low: null, high: null });
  expect(found.change.note).toMatch(
    /^priced by different tables \(USD.*x86_64; USD.*arm64\): analyse and archive all runs with one/,
  );
});

test('a side without any cost has no comparison; a cost without an interval has a ratio only', () => {
  expect(ratioOfCosts([run(null)], [run({})])).toBeNull();
  const found = ratioOfCosts([run({ low: null, high: null })], [run({ value: 2 })])!;
  expect(found.change).toMatchObject({ value: 2, low: null, high: null, method: 'none' });
  expect(found.change.note).toMatch(/no interval/);
});
