import { describe, expect, test } from 'vitest';
import { randomStream } from '../../../common/random.js';
import { mmppArrivals, mmppMeanRate, type MmppState } from '../../../workload/arrivals/mmpp.js';
import {
  correlation,
  countsPerBin,
  gapsOf,
  kolmogorovSmirnov,
  kolmogorovSmirnovAt1Percent,
  mean,
  timesOf,
  variance,
} from '../samples.js';

const BURSTS: MmppState[] = [
  { ratePerS: 100, meanDurationS: 0.5 },
  { ratePerS: 10, meanDurationS: 1.5 },
];
const DURATION_S = 20_000;
const times = timesOf({ process: 'MMPP', states: BURSTS }, { durationS: DURATION_S });

/**
 * Two states with rates a, b that are left at r, s per second; σ = r + s. Of the rate, the variance is v = rs(a − b)²/σ² and
 * the autocovariance v·e^(−σ|τ|); integrated over bins it gives, for counts in bins of w seconds,
 * variance = mean·w + 2v(w/σ − (1 − e^(−σw))/σ²), covariance at lag k = v((1 − e^(−σw))/σ)²·e^(−σ(k − 1)w).
 * @see Fischer & Meier-Hellstern 1993, section 2
 */
function theory(w: number) {
  const [a, b] = BURSTS.map(({ ratePerS }) => ratePerS) as [number, number];
  const [r, s] = BURSTS.map(({ meanDurationS }) => 1 / meanDurationS) as [number, number];
  const sigma = r + s;
  const rate = (a * s + b * r) / sigma;
  const v = (r * s * (a - b) ** 2) / sigma ** 2;
  const decay = 1 - Math.exp(-sigma * w);
  const countVariance = rate * w + 2 * v * (w / sigma - decay / sigma ** 2);
  return {
    rate,
    dispersion: countVariance / (rate * w),
    correlation: (k: number) => (v * (decay / sigma) ** 2 * Math.exp(-sigma * (k - 1) * w)) / countVariance,
  };
}

describe('MMPP', () => {
  test('has the mean rate of its states by their shares of the time', () => {
    // (100·0.5 + 10·1.5)/2 = 32.5
    expect(mmppMeanRate(BURSTS)).toBeCloseTo(32.5, 12);
    expect(theory(1).rate).toBeCloseTo(32.5, 12);
    // Var N(t) → t·rate·I with I = the dispersion at t → ∞ (about 40): standard error √(32.5·40/20,000) = 0.25; four of them.
    expect(Math.abs(times.length / DURATION_S - 32.5)).toBeLessThan(1);
  });

  test.each([0.1, 0.5, 2, 10])('counts per %d s have the index of dispersion of the theory', (w) => {
    const counts = countsPerBin(times, w * 1e6, DURATION_S * 1e6);
    const { dispersion } = theory(w);
    expect(dispersion).toBeGreaterThan(2);
    // Correlated counts: of the order of √(2/n_effective) with a correlation time of 1/σ = 0.375 s: below 5 %.
    const effective = Math.min(counts.length, DURATION_S / 0.75);
    expect(Math.abs(variance(counts) / mean(counts) / dispersion - 1)).toBeLessThan(
      5 * Math.sqrt(2 / effective) + 0.02,
    );
  });

  test('counts remember each other as the theory says, and no longer', () => {
    const w = 0.1;
    const counts = countsPerBin(times, w * 1e6, DURATION_S * 1e6);
    for (const lag of [1, 2, 4, 8, 50]) {
      expect(Math.abs(correlation(counts, counts, lag) - theory(w).correlation(lag))).toBeLessThan(0.02);
    }
    // Poisson of the same rate would not: its correlation is 0 within 4/√200,000 = 0.009.
    expect(correlation(counts, counts, 1)).toBeGreaterThan(0.4);
  });

  test('on/off bursts: no arrival while off, Poisson while on, and both last as long as they say', () => {
    const states = [
      { ratePerS: 1_000, meanDurationS: 2 },
      { ratePerS: 0, meanDurationS: 5 },
    ];
    const times = timesOf({ process: 'MMPP', states }, { durationS: 7_000 });
    const gaps = gapsOf(times).slice(1);
    // A gap of 50 ms within a burst has a chance of e⁻⁵⁰; what is longer is the time off (and a gap at both ends).
    const off = gaps.filter((us) => us > 5e4).map((us) => us / 1e6);
    const on = gaps.filter((us) => us <= 5e4);
    expect(kolmogorovSmirnov(on, (us) => 1 - Math.exp(-us / 1e3))).toBeLessThan(0.002);
    // 1,000 cycles of 7 s: times off are exponential with mean 5 s.
    expect(off.length).toBeGreaterThan(850);
    expect(kolmogorovSmirnov(off, (s) => 1 - Math.exp(-s / 5))).toBeLessThan(
      kolmogorovSmirnovAt1Percent(off.length) + 0.01,
    );
    // Standard error of a mean of about 1,000 exponential times: 5/√1000 = 0.16; four of them.
    expect(Math.abs(mean(off) - 5)).toBeLessThan(0.64);
    // A burst lasts from the arrival after one long gap to the one before the next: all but 2 ms of a time on with mean 2 s.
    const ends = times.flatMap((us, i) => (i + 1 < times.length && times[i + 1]! - us > 5e4 ? [i] : []));
    const lasted = ends.slice(1).map((end, k) => (times[end]! - times[ends[k]! + 1]!) / 1e6);
    expect(kolmogorovSmirnov(lasted, (s) => 1 - Math.exp(-s / 2))).toBeLessThan(
      kolmogorovSmirnovAt1Percent(lasted.length) + 0.01,
    );
    expect(Math.abs(mean(lasted) - 2)).toBeLessThan(0.26);
  });

  test('begins in each state as often as it is in it', () => {
    const states = [
      { ratePerS: 1e5, meanDurationS: 3 },
      { ratePerS: 0, meanDurationS: 1 },
    ];
    const first = Array.from({ length: 2_000 }, (_, seed) => mmppArrivals(states, 100, randomStream(seed, 'a'))());
    // On at the start: the first arrival comes within a millisecond. 3/4 of 2,000 ± 4·√(2000·0.75·0.25) = ± 77.
    expect(Math.abs(first.filter((s) => s < 1e-3).length - 1_500)).toBeLessThan(78);
  });

  test('states follow each other in turn: after the silence always comes the first of three', () => {
    const states = [
      { ratePerS: 2_000, meanDurationS: 1 },
      { ratePerS: 200, meanDurationS: 1 },
      { ratePerS: 0, meanDurationS: 1 },
    ];
    const times = timesOf({ process: 'MMPP', states }, { durationS: 3_000 });
    // 2,200 arrivals a cycle of 3 s; a gap of more than 0.1 s is a silence, for even at 200/s its chance is e⁻²⁰.
    const silences = times.flatMap((us, i) => (i > 0 && us - times[i - 1]! > 1e5 ? [i] : []));
    // 1,000 cycles, and e^(−0.1) = 90 % of silences with mean 1 s are that long.
    expect(silences.length).toBeGreaterThan(750);
    // Twenty gaps take 10 ms at 2,000/s and 100 ms at 200/s. The first state ends before in 1 − e^(−0.01) = 1 % of all cases;
    // were the next state drawn, every other silence would be followed by the second one.
    const slow = silences.filter((i) => i + 20 < times.length && times[i + 20]! - times[i]! > 4e4).length;
    expect(slow / silences.length).toBeLessThan(0.03);
  });

  test('with rates that are all but 0 it ends all the same', () => {
    const states = [
      { ratePerS: 1e-9, meanDurationS: 0.001 },
      { ratePerS: 0, meanDurationS: 0.001 },
    ];
    expect(timesOf({ process: 'MMPP', states }, { durationS: 100 })).toEqual([]);
  });
});
