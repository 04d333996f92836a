import { monotonicMs } from '../../common/clock.js';

/** Places in the shared state: how often anything was changed, how many times were written in all, and whether to end. */
export const SIGNAL = 0;
export const WRITTEN = 1;
export const ENDED = 2;

/** What the pacer shares with the firing thread. */
export interface PacerMemory {
  state: Int32Array;
  /** plan zero on the axis of `monotonicMs()`; Infinity = not known yet */
  zeroMs: Float64Array;
  /** when to wake, ms since plan zero, ascending: a ring, whose writer stays less than one round ahead */
  wakeMs: Float64Array;
}

/** The pacer's whole life: sleeps until the next of the times in the memory, wakes, and sleeps on. */
export function pace({ state, zeroMs, wakeMs }: PacerMemory, wake: () => void): void {
  let read = 0;
  for (;;) {
    // Read first: whatever changes after this ends the sleep below at once.
    const signal = Atomics.load(state, SIGNAL);
    if (Atomics.load(state, ENDED) === 1) return;
    if (read === Atomics.load(state, WRITTEN)) {
      Atomics.wait(state, SIGNAL, signal);
      continue;
    }
    const left = zeroMs[0]! + wakeMs[read % wakeMs.length]! - monotonicMs();
    if (left > 0) {
      Atomics.wait(state, SIGNAL, signal, left);
      continue;
    }
    read += 1;
    wake();
  }
}
