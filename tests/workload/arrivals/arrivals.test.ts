import { describe, expect, test } from 'vitest';
import { toMicroseconds } from '../../../workload/arrivals/arrivals.js';
import { timesOf } from '../samples.js';

test('seconds become microseconds half up', () => {
  expect([0, 0.0000004, 0.0000005, 0.0000014, 0.0000015, 10].map(toMicroseconds)).toEqual([0, 0, 1, 1, 2, 10_000_000]);
});

describe('an interarrival list', () => {
  const list = (gaps: number[], durationS: number): number[] =>
    timesOf({ process: 'list', interarrivalsS: gaps }, { durationS });

  test('is cumulated from plan zero', () => {
    expect(list([0, 0.5, 0.25, 0], 10)).toEqual([0, 500_000, 750_000, 750_000]);
  });

  test('keeps an event at the very end of the test and none after it', () => {
    expect(list([4, 6, 0.000001, 1], 10)).toEqual([4_000_000, 10_000_000]);
  });

  test('of ten times 0.1 s ends at one second, although the sum of the doubles does not', () => {
    // 0.1 added ten times is 0.9999999999999999
    expect(
      list(
        Array.from({ length: 12 }, () => 0.1),
        1,
      ).at(-1),
    ).toBe(1_000_000);
    expect(
      list(
        Array.from({ length: 12 }, () => 0.1),
        1,
      ),
    ).toHaveLength(10);
  });
});

describe('an activity window', () => {
  const constant = { process: 'Constant', ratePerS: 1 } as const;

  test('is an open interval of arrivals drawn over the whole test', () => {
    expect(timesOf(constant, { durationS: 20, windowS: [5, 10] })).toEqual([6e6, 7e6, 8e6, 9e6]);
    expect(timesOf(constant, { durationS: 20, windowS: [0, 2] })).toEqual([1e6]);
  });

  test.each(['Poisson', 'Uniform'] as const)('cuts %s and moves none of its arrivals', (process) => {
    const spec = { process, ratePerS: 3 };
    const whole = timesOf(spec, { durationS: 60 });
    const cut = timesOf(spec, { durationS: 60, windowS: [12.5, 40] });
    expect(cut).toEqual(whole.filter((us) => us > 12.5e6 && us < 40e6));
    expect(cut.length).toBeGreaterThan(50);
    expect(cut.length).toBeLessThan(whole.length);
  });

  test('beyond the end of the test keeps nothing', () => {
    expect(timesOf(constant, { durationS: 10, windowS: [10, 10] })).toEqual([]);
  });
});

test('without a window the test is [0, duration): an arrival at its end is not planned', () => {
  expect(timesOf({ process: 'Constant', ratePerS: 2 }, { durationS: 1.5 })).toEqual([0, 500_000, 1_000_000]);
});

test('rate 0 plans nothing', () => {
  for (const process of ['Poisson', 'Uniform', 'Constant'] as const) {
    expect(timesOf({ process, ratePerS: 0 }, { durationS: 100 })).toEqual([]);
  }
  expect(timesOf({ process: 'Gamma', cv: 2, ratePerS: 0 }, { durationS: 100 })).toEqual([]);
});
