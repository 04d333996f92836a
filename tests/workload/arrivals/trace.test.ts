import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { randomStream } from '../../../common/random.js';
import { traceArrivals } from '../../../workload/arrivals/trace.js';
import type { PlanSource, TraceReplay } from '../../../workload/model.js';
import { planOf } from '../../../workload/plan.js';
import type { Arrivals } from '../../../workload/traces/trace-file.js';
import { geometricSkips, scaledCounts } from '../../../workload/traces/thinning.js';
import {
  countsPerBin,
  kolmogorovSmirnov,
  kolmogorovSmirnovAt1Percent,
  mean,
  replayOf,
  timesOf,
  variance,
} from '../samples.js';

const counts = (...perMinute: number[]): Arrivals => ({ kind: 'counts', perMinute: Uint32Array.from(perMinute) });
const events = (startsS: number[], durationsMs: number[] | null = null): Arrivals => ({
  kind: 'events',
  startsS: Float64Array.from(startsS),
  durationsMs: durationsMs === null ? null : Float64Array.from(durationsMs),
});
const times = (given: Partial<TraceReplay>, durationS = 1e7, seed = 1): number[] =>
  timesOf({ process: 'Trace', replay: replayOf(given) }, { durationS, seed });

/** All arrivals of a replay, each with its duration. */
function drawn(given: Partial<TraceReplay>, seed = 1): { s: number; ms: number }[] {
  const { next, durationMs } = traceArrivals(replayOf(given), seed);
  const all: { s: number; ms: number }[] = [];
  for (let s = next(); s !== Infinity; s = next()) all.push({ s, ms: durationMs() });
  return all;
}

const perMinute = fc.array(fc.nat({ max: 60 }), { minLength: 1, maxLength: 30 });
const spread = fc.constantFrom<TraceReplay['spread'][]>('uniform', 'even');

describe('counts a minute', () => {
  test('are kept exactly at any time scale, in order and within the scaled window', () => {
    const scale = fc.double({ min: 1e-6, max: 10, noNaN: true });
    fc.assert(
      fc.property(perMinute, spread, scale, fc.nat(), (given, how, timeScale, seed) => {
        const us = times({ arrivals: counts(...given), spread: how, timeScale }, 1e8, seed);
        expect(us).toEqual(us.toSorted((a, b) => a - b));
        // Minute m begins at the microsecond nearest to m·60·timeScale seconds.
        const begins = Array.from({ length: given.length + 1 }, (_, m) => Math.floor(m * 6e7 * timeScale + 0.5));
        const kept = given.map((_, m) => us.filter((at) => at >= begins[m]! && at < begins[m + 1]!).length);
        expect(us.every((at) => at >= 0 && Number.isInteger(at))).toBe(true);
        // Below a microsecond a minute two of them share a place; then only the whole is told.
        if (begins.every((at, m) => m === 0 || at > begins[m - 1]!)) expect(kept).toEqual(given);
        expect(us).toHaveLength(given.reduce((sum, n) => sum + n, 0));
      }),
      { numRuns: 300 },
    );
  });

  test('are spread uniformly over their minute, as a Poisson process is that had so many arrivals', () => {
    const given = Array.from({ length: 500 }, () => 20);
    const us = times({ arrivals: counts(...given) });
    const withinMinute = us.map((at) => (at % 6e7) / 6e7);
    expect(withinMinute).toHaveLength(10_000);
    expect(kolmogorovSmirnov(withinMinute, (x) => x)).toBeLessThan(kolmogorovSmirnovAt1Percent(10_000));
    // Seconds of a minute then hold binomial counts: n = 20, p = 1/60, so variance over mean is 59/60; its standard error over
    // 30,000 seconds is √(2/30000) = 0.0082, and four of them 0.033. Even spacing would give far less.
    const perSecond = countsPerBin(us, 1e6, 500 * 6e7);
    expect(variance(perSecond) / mean(perSecond)).toBeCloseTo(59 / 60, 1);
    expect(Math.abs(variance(perSecond) / mean(perSecond) - 59 / 60)).toBeLessThan(0.033);
  });

  test('evenly: n of them are a minute over n apart, from one phase that the function has throughout', () => {
    const us = times({ arrivals: counts(4, 4, 0, 4), spread: 'even' });
    const phase = us[0]!;
    expect(phase).toBeLessThan(15e6);
    // Floors to whole microseconds: phase + k·15 s stays on them.
    expect(us).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 12, 13, 14, 15].map((k) => phase + k * 15e6));
    const of = (functionId: string): number => times({ arrivals: counts(1), spread: 'even', functionId })[0]!;
    expect(of('a')).not.toBe(of('b'));
  });

  test('at rate_scale 3 are three times as many in each minute, exactly', () => {
    const us = times({ arrivals: counts(2, 0, 5), rateScale: 3 });
    expect(countsPerBin(us, 6e7, 3 * 6e7)).toEqual([6, 0, 15]);
  });

  test.each([0.3, 1.7])('at rate_scale %s are binomial', (rateScale) => {
    const n = 40;
    const kept = countsPerBin(
      times({ arrivals: counts(...Array.from({ length: 2_000 }, () => n)), rateScale }),
      6e7,
      2_000 * 6e7,
    );
    const p = rateScale % 1;
    // Mean n·rate, standard error √(n·p·q/2000): 0.065 at both; four of them 0.26. Variance n·p·q = 8.4; its standard error is
    // about 8.4·√(2/2000) = 0.27, four of them 1.1.
    expect(Math.abs(mean(kept) - n * rateScale)).toBeLessThan(0.26);
    expect(Math.abs(variance(kept) - n * p * (1 - p))).toBeLessThan(1.1);
  });
});

describe('thinning', () => {
  test('keeps each arrival with the probability, independently of the one before', () => {
    const next = scaledCounts(0.25, randomStream(1, 'thinning'));
    const kept = Array.from({ length: 40_000 }, () => next(1));
    expect(new Set(kept)).toEqual(new Set([0, 1]));
    // Standard error √(0.25·0.75/40000) = 0.0022; four of them 0.0087. Of those after a kept one (10,000) 0.0043; 0.017.
    expect(Math.abs(mean(kept) - 0.25)).toBeLessThan(0.0087);
    const afterKept = kept.filter((_, i) => i > 0 && kept[i - 1] === 1);
    expect(Math.abs(mean(afterKept) - 0.25)).toBeLessThan(0.017);
  });

  test('is the same however the arrivals are told: one by one, or so many at once', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 50 })),
        fc.double({ min: 1e-6, max: 5, noNaN: true }),
        fc.nat(),
        (given, rate, seed) => {
          const total = given.reduce((sum, n) => sum + n, 0);
          const atOnce = scaledCounts(rate, randomStream(seed, 'a'))(total);
          const byParts = scaledCounts(rate, randomStream(seed, 'a'));
          expect(given.reduce((sum, n) => sum + byParts(n), 0)).toBe(atOnce);
        },
      ),
    );
  });

  test('skips a geometric number: (1 − p)/p in the mean', () => {
    const skips = geometricSkips(0.1, randomStream(1, 'a'));
    // Standard deviation √(1 − p)/p = 9.5; over √40000 = 200 is 0.047; four of them 0.19.
    expect(Math.abs(mean(Array.from({ length: 40_000 }, skips)) - 9)).toBeLessThan(0.19);
  });

  test('of events keeps a part of them, at their own times and with their own durations', () => {
    const startsS = Array.from({ length: 4_000 }, (_, i) => i / 8);
    const durationsMs = startsS.map((s) => s * 3);
    const kept = drawn({ arrivals: events(startsS, durationsMs), rateScale: 0.25 });
    // 1,000 of 4,000, standard deviation √(4000·0.25·0.75) = 27; four of them 110.
    expect(Math.abs(kept.length - 1_000)).toBeLessThan(110);
    for (const { s, ms } of kept) expect(ms).toBe(s * 3);
    expect(new Set(kept.map(({ s }) => s)).size).toBe(kept.length);
  });
});

describe('events', () => {
  test('stand at their own times, equal ones too, time scaled and durations not', () => {
    const arrivals = events([0, 1.5, 1.5, 4], [1, 2, 3, 4]);
    expect(drawn({ arrivals, timeScale: 0.5 })).toEqual([
      { s: 0, ms: 1 },
      { s: 0.75, ms: 2 },
      { s: 0.75, ms: 3 },
      { s: 2, ms: 4 },
    ]);
    expect(drawn({ arrivals, durationScale: 0.5 }).map(({ ms }) => ms)).toEqual([0.5, 1, 1.5, 2]);
  });

  test('have an end, however often it is asked for', () => {
    const { next } = traceArrivals(replayOf({ arrivals: events([1]) }), 1);
    expect([next(), next(), next()]).toEqual([1, Infinity, Infinity]);
    const none = traceArrivals(replayOf({ arrivals: counts(0, 0) }), 1);
    expect([none.next(), none.next()]).toEqual([Infinity, Infinity]);
  });
});

describe('durations by percentiles', () => {
  const quantilesMs = Float64Array.of(10, 20, 100, 200, 400, 1_000, 5_000);

  test('are drawn by inverse transform: each part between two percentiles holds its share, uniformly', () => {
    const n = 40_000;
    const ms = drawn({ arrivals: counts(n), quantilesMs }).map((one) => one.ms);
    // The distribution function is linear between the percentiles.
    const [at, share] = [[...quantilesMs], [0, 0.01, 0.25, 0.5, 0.75, 0.99, 1]];
    const cdf = (x: number): number => {
      const i = Math.min(at.findIndex((q) => x <= q) + (x <= 10 ? 1 : 0), 6);
      return share[i - 1]! + ((x - at[i - 1]!) / (at[i]! - at[i - 1]!)) * (share[i]! - share[i - 1]!);
    };
    expect(kolmogorovSmirnov(ms, cdf)).toBeLessThan(kolmogorovSmirnovAt1Percent(n));
    expect(Math.min(...ms)).toBeGreaterThanOrEqual(10);
    expect(Math.max(...ms)).toBeLessThan(5_000);
  });

  test('of one value are that value', () => {
    const ms = drawn({ arrivals: counts(50), quantilesMs: new Float64Array(7).fill(42), durationScale: 2 }).map(
      (one) => one.ms,
    );
    expect(new Set(ms)).toEqual(new Set([84]));
  });

  test('move no arrival', () => {
    const given = { arrivals: counts(30, 40), rateScale: 0.7 };
    expect(drawn({ ...given, quantilesMs }).map(({ s }) => s)).toEqual(drawn(given).map(({ s }) => s));
  });
});

/** Rows as [planned µs, input]. */
function rowsOf(
  replay: TraceReplay,
  given: Partial<PlanSource> & { windowS?: [number, number] | null },
): [number, number][] {
  const instance = {
    name: 'web/a',
    arrivals: { process: 'Trace' as const, replay },
    windowS: given.windowS ?? null,
    payload: { kind: 'duration' as const, parameter: 'ms', json: '{}' },
  };
  const source = { durationS: 1_000, seed: 1, ...given, instances: [instance, ...(given.instances ?? [])] };
  return [...planOf(source).rows()]
    .filter((row) => row.instance === 0)
    .map(({ plannedUs, input }) => [plannedUs, input]);
}

describe('a row of the plan', () => {
  const quantilesMs = Float64Array.of(0, 1, 2, 3, 4, 5, 6);
  const arrivals = fc.oneof(
    perMinute.map((given) => counts(...given)),
    fc
      .array(fc.tuple(fc.nat({ max: 900_000 }), fc.nat({ max: 1_000 })), { maxLength: 60 })
      .map((pairs) => pairs.sort((a, b) => a[0] - b[0]))
      .map((pairs) =>
        events(
          pairs.map(([ms]) => ms / 1_000),
          pairs.map(([, ms]) => ms),
        ),
      ),
  );
  const bounds = fc
    .tuple(fc.nat({ max: 900 }), fc.integer({ min: 1, max: 900 }))
    .map(([from, length]): [number, number] => [from, from + length]);

  test('keeps the duration of its arrival, whatever a window or the end of the test cuts off', () => {
    fc.assert(
      fc.property(arrivals, bounds, fc.integer({ min: 1, max: 900 }), spread, (given, windowS, durationS, how) => {
        const replay = replayOf({ arrivals: given, quantilesMs, spread: how });
        const whole = rowsOf(replay, {});
        const cut = rowsOf(replay, { windowS, durationS });
        const inside = ([us]: [number, number]): boolean =>
          us > windowS[0] * 1e6 && us < Math.min(windowS[1], durationS) * 1e6;
        expect(cut).toEqual(whole.filter(inside));
      }),
      { numRuns: 200 },
    );
  });

  test('is not moved by other instances, and other functions of one trace arrive at other times', () => {
    const replay = replayOf({ arrivals: counts(20, 20), quantilesMs });
    const other = { name: 'x', arrivals: { process: 'Poisson' as const, ratePerS: 50 }, windowS: null };
    expect(rowsOf(replay, { instances: [other] })).toEqual(rowsOf(replay, {}));
    const places = (given: Partial<TraceReplay>): number[] => times({ arrivals: counts(20, 20), ...given });
    expect(places({ functionId: 'b' })).not.toEqual(places({ functionId: 'a' }));
    expect(places({ instance: 'b' })).not.toEqual(places({ instance: 'a' }));
  });

  test('has the recorded duration: these vectors never change', () => {
    const replay = replayOf({
      arrivals: counts(3, 2),
      quantilesMs: Float64Array.of(10, 20, 100, 200, 400, 1_000, 5_000),
    });
    expect(rowsOf(replay, { seed: 100 })).toEqual([
      [24_954_625, 209.23274439234262],
      [47_611_438, 582.6650200881741],
      [53_749_635, 465.2545440019594],
      [88_248_299, 351.1079517807186],
      [111_691_438, 115.66218096823499],
    ]);
  });
});
