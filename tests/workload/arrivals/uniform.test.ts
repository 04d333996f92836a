import { describe, expect, test } from 'vitest';
import { randomStream } from '../../../common/random.js';
import { constantArrivals } from '../../../workload/arrivals/constant.js';
import { uniformArrivals } from '../../../workload/arrivals/uniform.js';
import { gapsOf, kolmogorovSmirnov, kolmogorovSmirnovAt1Percent, take, timesOf } from '../samples.js';

describe('Uniform', () => {
  test('arrivals are 1/rate apart to the microsecond, also after a hundred thousand of them', () => {
    const times = timesOf({ process: 'Uniform', ratePerS: 7 }, { durationS: 15_000 });
    // 1/7 s = 142,857.14 µs; each time is rounded on its own, so gaps are 142,857 or 142,858 and the error never adds up.
    expect(new Set(gapsOf(times).slice(1))).toEqual(new Set([142_857, 142_858]));
    expect(times).toHaveLength(105_000);
    expect(times.at(-1)! - times[0]!).toBeCloseTo((104_999 / 7) * 1e6, -1);
  });

  test('the phase lies in [0, 1/rate) and is spread evenly over seeds', () => {
    const phases = Array.from({ length: 1000 }, (_, seed) => uniformArrivals(4, randomStream(seed, 'arrivals/a'))());
    expect(kolmogorovSmirnov(phases, (x) => Math.min(1, Math.max(0, 4 * x)))).toBeLessThan(
      kolmogorovSmirnovAt1Percent(1000),
    );
  });

  test.each([1, 2, 3, 4, 5])('a test of whole periods has all its events, none lost (seed %i)', (seed) => {
    // 2 per second for 5 s: the predecessor started at 1/rate + shift and planned 9.
    expect(timesOf({ process: 'Uniform', ratePerS: 2 }, { durationS: 5, seed })).toHaveLength(10);
  });

  test('a rate below one event a test plans it or not, with the right chance', () => {
    // rate·duration = 0.3: over 2000 seeds 600 ± 4·√(2000·0.3·0.7) = ± 82. The predecessor raised an error.
    const planned = Array.from(
      { length: 2000 },
      (_, seed) => timesOf({ process: 'Uniform', ratePerS: 0.03 }, { durationS: 10, seed }).length,
    ).reduce((sum, n) => sum + n, 0);
    expect(Math.abs(planned - 600)).toBeLessThan(82);
  });
});

test('Constant begins at plan zero and needs no randomness', () => {
  expect(take(5, constantArrivals(4))).toEqual([0, 0.25, 0.5, 0.75, 1]);
  const one = timesOf({ process: 'Constant', ratePerS: 3 }, { durationS: 1, seed: 1 });
  expect(one).toEqual([0, 333_333, 666_667]);
  expect(timesOf({ process: 'Constant', ratePerS: 3 }, { durationS: 1, seed: 2, name: 'b' })).toEqual(one);
});
