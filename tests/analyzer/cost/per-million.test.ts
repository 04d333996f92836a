import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Rates, Usage } from '../../../analyzer/cost/bill.js';
import { costPerMillion, costPerMillionWithFreeTier } from '../../../analyzer/cost/per-million.js';
import { estimateMean } from '../../../statistics/intervals.js';
import { meanOf } from '../../../statistics/quantiles.js';

const RATES: Rates = {
  pricePerMillionRequests: 0.2,
  freeTier: { requests: 1e6, gbS: 400_000 },
  tiers: [
    { upToGbS: 6e9, pricePerGbS: 0.0000166667 },
    { upToGbS: null, pricePerGbS: 0.000015 },
  ],
};

function sampleOf(rows: Usage[]) {
  const mean = (of: keyof Usage): number => meanOf(rows.map((row) => row[of]))!;
  return { n: rows.length, mean: { gbS: mean('gbS'), requests: mean('requests') } };
}
function withSections(rows: Usage[]) {
  return { ...sampleOf(rows), sections: sectionsOf(rows) };
}
function sectionsOf(rows: Usage[]): Usage[] {
  return Array.from({ length: 10 }, (_, i) => {
    const part = rows.slice(Math.floor((i * rows.length) / 10), Math.floor(((i + 1) * rows.length) / 10));
    return sampleOf(part).mean;
  });
}
const constant = (n: number, gbS: number, requests = 1): Usage[] =>
  Array.from({ length: n }, () => ({ gbS, requests }));

test('a million calls of half a GB-second cost what AWS asks for 500,000 GB-s and a million requests', () => {
  // 500,000 · 0.0000166667 + 0.20 = 8.33335 + 0.2; free: 100,000 · 0.0000166667 + 0 = 1.66667
  const sample = withSections(constant(50, 0.5));
  expect(costPerMillion(sample, RATES).value).toBeCloseTo(8.53335, 9);
  expect(costPerMillionWithFreeTier(sample, RATES)).toBeCloseTo(1.66667, 9);
});

test('what is retried costs its GB-seconds and its requests again', () => {
  // of 40 calls every other one took two attempts: on average 1.5 requests and 1.5 · 0.1 GB-s
  const rows = Array.from({ length: 40 }, (_, i) => ({ gbS: i % 2 === 0 ? 0.1 : 0.2, requests: 1 + (i % 2) }));
  // 150,000 · 0.0000166667 + 1.5 · 0.2 = 2.500005 + 0.3; free: 0 GB-s and 500,000 requests = 0.1
  expect(costPerMillion(withSections(rows), RATES).value).toBeCloseTo(2.800005, 9);
  expect(costPerMillionWithFreeTier(sampleOf(rows), RATES)).toBeCloseTo(0.1, 9);
});

test('beyond a border of a tier both prices are in the value, and the interval is around it', () => {
  // 7,000 GB-s each (10 GB for 700 s): 7 G a million = 6 G · 0.0000166667 + 1 G · 0.000015 + 0.2 = 100,000.2 + 15,000 + 0.2
  const rows = Array.from({ length: 400 }, (_, i) => ({ gbS: 7000 + ((i * 7919) % 401) - 200, requests: 1 }));
  const mean = meanOf(rows.map(({ gbS }) => gbS))!;
  const { value, low, high } = costPerMillion(withSections(rows), RATES);
  expect(value).toBeCloseTo(100_000.2 + (mean - 6000) * 1e6 * 0.000015 + 0.2, 3);
  expect(low!).toBeLessThan(value!);
  expect(high!).toBeGreaterThan(value!);
  // the mean is known to some GB-s: ± 20 GB-s of 10⁶ calls at 0.000015 are ± 300
  expect(high! - low!).toBeLessThan(600);
});

test('with fewer than 300 invocations there is a value without an interval, and it says so', () => {
  expect(costPerMillion({ ...sampleOf(constant(299, 0.1)), sections: [] }, RATES)).toMatchObject({
    low: null,
    high: null,
    n: 299,
    method: 'none',
    note: 'no interval: too few (299 < 300)',
  });
});

test('prices of 0 cost 0, also in the interval', () => {
  const nothing: Rates = { pricePerMillionRequests: 0, freeTier: null, tiers: [{ upToGbS: null, pricePerGbS: 0 }] };
  expect(costPerMillion(withSections(constant(300, 0.1)), nothing)).toMatchObject({ value: 0, low: 0, high: 0 });
});

test('the estimate is that of the mean cost of the rows: within the first tier the same figures as estimateMean', () => {
  const row = fc.record({
    gbS: fc.double({ min: 1e-4, max: 100, noNaN: true }),
    requests: fc.integer({ min: 1, max: 3 }),
  });
  fc.assert(
    fc.property(fc.array(row, { minLength: 20, maxLength: 450 }), (rows) => {
      const found = costPerMillion(withSections(rows), RATES);
      const costs = Float64Array.from(rows, ({ gbS, requests }) => 1e6 * gbS * 0.0000166667 + requests * 0.2);
      const expected = estimateMean(costs);
      expect([found.n, found.method]).toEqual([expected.n, expected.method]);
      if (expected.low === null) return void expect([found.low, found.high]).toEqual([null, null]);
      for (const end of ['value', 'low', 'high'] as const)
        expect(Math.abs(found[end]! - expected[end]!)).toBeLessThanOrEqual(1e-9 * expected[end]!);
    }),
  );
});
