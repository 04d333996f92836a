import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { computeCharge, marginalPrice, monthlyBill, requestCharge, type Rates } from '../../../analyzer/cost/bill.js';
import { packagePrices, tiersFor } from '../../../workload/prices/load.js';

let x86: Rates;
let arm: Rates;
beforeAll(async () => {
  const prices = await packagePrices('us-east-1');
  x86 = { ...prices, tiers: tiersFor(prices, 'x86_64') };
  arm = { ...prices, tiers: tiersFor(prices, 'arm64') };
});

const free = { withFreeTier: true };
const list = { withFreeTier: false };
const cents = (bill: number): number => Math.round(100 * bill) / 100;

/** The examples of https://aws.amazon.com/lambda/pricing/, each in AWS's own steps and rounded to cents as there. */
describe("AWS's own examples come out to the cent", () => {
  test('a mobile backend: 3 M requests of 120 ms with 1,536 MB', () => {
    // 3 M · 0.12 s · 1536/1024 = 540,000 GB-s; − 400,000 = 140,000 · 0.0000166667 = 2.33; (3 M − 1 M) · 0.20/M = 0.40
    expect(cents(monthlyBill({ gbS: 540_000, requests: 3e6 }, x86, free))).toBe(2.73);
  });
  test('telemetry: 7.44 M requests of 2 s with 1,024 MB, without the free tier', () => {
    // 14.88 M GB-s · 0.0000166667 = 248.00; 7.44 M · 0.20/M = 1.488. AWS rounds both parts up to 249.49; the sum is 249.488
    expect(cents(monthlyBill({ gbS: 14.88e6, requests: 7.44e6 }, x86, list))).toBe(249.49);
  });
  test('support tickets: 6 M requests of 280 ms with 4,096 MB', () => {
    // 6 M · 0.28 s · 4 GB = 6,720,000; − 400,000 = 6,320,000 · 0.0000166667 = 105.33; 5 M · 0.20/M = 1 (storage is not ours)
    expect(cents(monthlyBill({ gbS: 6_720_000, requests: 6e6 }, x86, free))).toBe(106.33);
  });
  test('tenants: 10 M requests of 2 s with 1,024 MB', () => {
    // 20 M GB-s · 0.0000166667 = 333.334; 10 M · 0.20/M = 2
    expect(cents(monthlyBill({ gbS: 20e6, requests: 10e6 }, x86, list))).toBe(335.33);
  });
  test('claims on Arm: 2 M requests, 32 M seconds with 1 GB', () => {
    // 32,000,000 − 400,000 = 31,600,000 · 0.0000133334 = 421.335; 1 M · 0.20/M = 0.20
    expect(cents(computeCharge(31_600_000, arm.tiers))).toBe(421.34);
    expect(cents(monthlyBill({ gbS: 32e6, requests: 2e6 }, arm, free))).toBe(421.54);
  });
});

describe('tiers', () => {
  test('are charged across both borders, each stretch at its own price', () => {
    // 6 G · 0.0000166667 + 9 G · 0.000015 + 1 G · 0.0000133334 = 100,000.2 + 135,000 + 13,333.4
    expect(computeCharge(16e9, x86.tiers)).toBeCloseTo(248_333.6, 6);
    // 7.5 G · 0.0000133334 + 11.25 G · 0.0000120001 + 0.25 G · 0.0000106667 = 100,000.5 + 135,001.125 + 2,666.675
    expect(computeCharge(19e9, arm.tiers)).toBeCloseTo(237_668.3, 6);
  });
  test('meet at a border: the GB-second that ends a tier has its price, the next one that of the next tier', () => {
    expect(computeCharge(6e9, x86.tiers)).toBeCloseTo(100_000.2, 6);
    expect(computeCharge(6e9 + 1000, x86.tiers) - computeCharge(6e9, x86.tiers)).toBeCloseTo(0.015, 9);
    expect(computeCharge(6e9, x86.tiers) - computeCharge(6e9 - 1000, x86.tiers)).toBeCloseTo(0.0166667, 9);
    expect([6e9 - 1, 6e9, 15e9 - 1, 15e9, 1e12].map((gbS) => marginalPrice(gbS, x86.tiers))).toEqual([
      0.0000166667, 0.000015, 0.000015, 0.0000133334, 0.0000133334,
    ]);
  });
  test('begin after the free tier: it takes the dearest GB-seconds off', () => {
    // 6 G + 400,000 GB-s less the free 400,000 are exactly the first tier: 100,000.2; 1 M of 1 M requests are free
    expect(monthlyBill({ gbS: 6e9 + 400_000, requests: 1e6 }, x86, free)).toBeCloseTo(100_000.2, 6);
  });
});

describe('the free tier', () => {
  test('is free up to its border, of GB-seconds and of requests apart', () => {
    expect(monthlyBill({ gbS: 400_000, requests: 1e6 }, x86, free)).toBe(0);
    expect(monthlyBill({ gbS: 0, requests: 1_500_000 }, x86, free)).toBeCloseTo(0.1, 12);
    expect(monthlyBill({ gbS: 400_060, requests: 0 }, x86, free)).toBeCloseTo(60 * 0.0000166667, 12);
  });
  test('that a table does not have takes nothing off', () => {
    const usage = { gbS: 1000, requests: 1000 };
    expect(monthlyBill(usage, { ...x86, freeTier: null }, free)).toBe(monthlyBill(usage, x86, list));
  });
});

describe('for any usage and any tiers', () => {
  const gbS = fc.double({ min: 0, max: 1e11, noNaN: true });
  const requests = fc.integer({ min: 0, max: 1e12 });
  const usage = fc.record({ gbS, requests });
  const rates = fc
    .record({
      ends: fc.uniqueArray(fc.integer({ min: 1, max: 1e11 }), { maxLength: 5 }),
      prices: fc.array(fc.double({ min: 0, max: 1e-4, noNaN: true }), { minLength: 6, maxLength: 6 }),
      pricePerMillionRequests: fc.double({ min: 0, max: 10, noNaN: true }),
      freeTier: fc.option(fc.record({ gbS, requests })),
    })
    .map(({ ends, prices, ...rest }): Rates => {
      const sorted: (number | null)[] = ends.sort((a, b) => a - b);
      return { ...rest, tiers: [...sorted, null].map((upToGbS, i) => ({ upToGbS, pricePerGbS: prices[i]! })) };
    });

  test('a bill never falls when more is used, and the free tier never makes it larger', () => {
    fc.assert(
      fc.property(usage, usage, rates, fc.boolean(), (a, more, rates, withFreeTier) => {
        const together = { gbS: a.gbS + more.gbS, requests: a.requests + more.requests };
        const [less, whole] = [a, together].map((usage) => monthlyBill(usage, rates, { withFreeTier }));
        expect(whole!).toBeGreaterThanOrEqual(less! * (1 - 1e-12));
        expect(monthlyBill(a, rates, free)).toBeLessThanOrEqual(monthlyBill(a, rates, list) * (1 + 1e-12));
      }),
    );
  });

  test('the charge for GB-seconds is the sum of the GB-seconds in each tier, however the tiers are cut', () => {
    fc.assert(
      fc.property(gbS, rates, fc.integer({ min: 1, max: 1e11 }), (gbS, rates, cut) => {
        const at = rates.tiers.findIndex(({ upToGbS }) => upToGbS === null || cut < upToGbS);
        const tier = rates.tiers[at]!;
        const finer = rates.tiers.toSpliced(at, 1, { ...tier, upToGbS: cut }, tier);
        const whole = computeCharge(gbS, rates.tiers);
        expect(Math.abs(computeCharge(gbS, finer) - whole)).toBeLessThanOrEqual(1e-9 * Math.max(1, whole));
      }),
    );
  });

  test('requests are charged each alike', () => {
    fc.assert(
      fc.property(requests, requests, fc.double({ min: 0, max: 10, noNaN: true }), (a, b, price) => {
        const sum = requestCharge(a, price) + requestCharge(b, price);
        expect(Math.abs(requestCharge(a + b, price) - sum)).toBeLessThanOrEqual(1e-9 * Math.max(1, sum));
      }),
    );
  });
});
