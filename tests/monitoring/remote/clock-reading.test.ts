import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clockPair, driftNote } from '../../../monitoring/remote/clock-reading.js';

/** What a host whose clock is `offset` ahead of the monotonic one answers, with the ways there and back as given. */
const exchange = (askedMs: number, thereMs: number, backMs: number, offset: number) => ({
  askedMs,
  answeredMs: askedMs + thereMs + backMs,
  epochMs: askedMs + thereMs + offset,
});

test('however unlike the ways there and back are, the offset lies within the uncertainty', () => {
  const way = fc.double({ min: 0, max: 500, noNaN: true });
  const ways = fc.array(fc.tuple(way, way), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(ways, fc.integer({ min: -10_000_000, max: 10_000_000 }), (given, offset) => {
      const exchanges = given.map(([there, back], n) => exchange(1_000 * n, there, back, offset));
      const { monotonicMs, epochMs, uncertaintyMs } = clockPair(exchanges)!;
      // Beside the rounding of doubles of this size.
      expect(Math.abs(epochMs - monotonicMs - offset)).toBeLessThanOrEqual(uncertaintyMs + 1e-6);
      expect(uncertaintyMs).toBeCloseTo(Math.min(...given.map(([there, back]) => (there + back) / 2)), 6);
    }),
  );
});

test('the exchange with the shortest round trip counts', () => {
  // Ways of 40 + 2 ms err by 19 ms; 1 + 3 ms by −1 ms: middle 1,002, the clock read at 1,001 + 50.
  const pair = clockPair([exchange(0, 40, 2, 50), exchange(1_000, 1, 3, 50), exchange(2_000, 30, 30, 50)]);
  expect(pair).toEqual({ monotonicMs: 1_002, epochMs: 1_051, uncertaintyMs: 2 });
  expect(clockPair([])).toBeNull();
});

test('a drift is told only beyond both uncertainties and a millisecond', () => {
  const first = { monotonicMs: 0, epochMs: 5_000, uncertaintyMs: 0.5 };
  const after = (driftMs: number) => ({ monotonicMs: 60_000, epochMs: 65_000 + driftMs, uncertaintyMs: 0.25 });
  // 0.5 + 0.25 + 1 = 1.75
  expect(driftNote('node-1', first, after(1.75))).toBeNull();
  expect(driftNote('node-1', first, after(-1.75))).toBeNull();
  expect(driftNote('node-1', first, after(1.8))).toMatch(
    /^node-1: its clock moved by \+1\.8 ms \(± 0\.8\) against this machine's within 60\.0 s: /,
  );
  expect(driftNote('node-1', first, after(-3_600_000))).toMatch(/moved by −3600000\.0 ms/);
});
