import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { monotonicMs } from '../../common/clock.js';
import { compiledModule } from '../../common/package-root.js';
import type { ProcessorShares } from '../../common/thread-watch.js';

/**
 * Wakes the firing thread shortly before its next row. A timer of its own event loop would be late by up to a millisecond,
 * and spinning costs a whole core; so a second thread sleeps on shared memory, which the kernel wakes to within some tens of
 * microseconds, and posts a message.
 */
export interface Alarm {
  /** rings once, at this time of `monotonicMs()`; replaces an earlier time */
  setFor(timeMs: number): void;
  /** ends the pacer; what the system gave it, or null if it ended before */
  stop(): Promise<ProcessorShares | null>;
}

/** Places in the shared state: how often it was changed, and whether to end. */
export const GENERATION = 0;
export const ENDED = 1;

/** What the pacer shares with the firing thread. */
export interface AlarmMemory {
  state: Int32Array;
  /** when to ring next, `monotonicMs()`; Infinity = not at all */
  timeMs: Float64Array;
}

/** Starts the pacer thread. */
export function startAlarm(ring: () => void): Alarm {
  const memory: AlarmMemory = {
    state: new Int32Array(new SharedArrayBuffer(8)),
    timeMs: new Float64Array(new SharedArrayBuffer(8)),
  };
  memory.timeMs[0] = Infinity;
  const pacer = new Worker(compiledModule('invoker/firing/pacer.js'), {
    workerData: memory,
    // It makes nothing but messages.
    resourceLimits: { maxYoungGenerationSizeMb: 1 },
  });
  let shares: ProcessorShares | null = null;
  pacer.on('message', (message: ProcessorShares | null) => {
    // A ring is the empty message; the last one tells how the pacer was served.
    if (message === null) ring();
    else shares = message;
  });
  pacer.unref();
  const tell = (): void => {
    Atomics.add(memory.state, GENERATION, 1);
    Atomics.notify(memory.state, GENERATION);
  };
  return {
    setFor(timeMs) {
      memory.timeMs[0] = timeMs;
      tell();
    },
    async stop() {
      const exited = once(pacer, 'exit');
      pacer.ref();
      Atomics.store(memory.state, ENDED, 1);
      tell();
      await exited;
      return shares;
    },
  };
}

/** The pacer's whole life: sleeps until the time that stands in the memory, rings, waits for another time. */
export function paceAlarm({ state, timeMs }: AlarmMemory, ring: () => void): void {
  let rungFor: number | null = null;
  while (Atomics.load(state, ENDED) === 0) {
    const generation = Atomics.load(state, GENERATION);
    if (generation === rungFor) {
      Atomics.wait(state, GENERATION, generation);
      continue;
    }
    const left = timeMs[0]! - monotonicMs();
    // Woken early or told another time: look again.
    if (left > 0) Atomics.wait(state, GENERATION, generation, left);
    else {
      rungFor = generation;
      ring();
    }
  }
}
