import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { hostClock } from '../../../analyzer/monitors/host-clock.js';

const START = 1_795_250_000_000;

test('a host whose clock is 90 s behind is shifted by that', () => {
  const clock = hostClock([{ at_ms: -200, offset_ms: -90_000, uncertainty_ms: 0.4 }], START);
  // What it stamps 85 s before plan zero happened 5 s after it.
  expect(clock.toRunMs(START - 85_000)).toBe(5_000);
  expect(clock.uncertaintyMs).toBe(0.4);
});

test('a drift is followed linearly between two readings and not beyond them', () => {
  const readings = [
    { at_ms: 0, offset_ms: 100, uncertainty_ms: 0.5 },
    { at_ms: 10_000, offset_ms: 104, uncertainty_ms: 0.2 },
  ];
  const clock = hostClock(readings, START);
  const stampAt = (runMs: number, offset: number): number => START + runMs + offset;
  // In the middle of the run the offset is in the middle too, by 102 (the host's own middle lies 1 µs aside).
  expect(clock.toRunMs(stampAt(5_000, 102))).toBeCloseTo(5_000, 6);
  expect(clock.toRunMs(stampAt(-3_000, 100))).toBe(-3_000);
  expect(clock.toRunMs(stampAt(12_000, 104))).toBe(12_000);
  // The wider of the two readings, and all of the drift: nobody saw when it happened.
  expect(clock.uncertaintyMs).toBeCloseTo(4.5, 9);
});

test('wherever between its readings a clock was set, the times lie within the uncertainty', () => {
  const number = (most: number) => fc.double({ min: -most, max: most, noNaN: true });
  fc.assert(
    fc.property(number(1e6), number(1e5), fc.double({ min: 0, max: 1, noNaN: true }), (offset, step, when) => {
      const lengthMs = 60_000;
      const clock = hostClock(
        [
          { at_ms: 0, offset_ms: offset, uncertainty_ms: 1 },
          { at_ms: lengthMs, offset_ms: offset + step, uncertainty_ms: 1 },
        ],
        START,
      );
      for (let runMs = 0; runMs <= lengthMs; runMs += 1_234) {
        const shown = START + runMs + offset + (runMs > when * lengthMs ? step : 0);
        expect(Math.abs(clock.toRunMs(shown) - runMs)).toBeLessThanOrEqual(clock.uncertaintyMs! + 1e-3);
      }
    }),
  );
});

test('a clock that nobody read is taken as it is, and its uncertainty is not known', () => {
  const clock = hostClock([], START);
  expect(clock.toRunMs(START + 7)).toBe(7);
  expect(clock.uncertaintyMs).toBeNull();
});
