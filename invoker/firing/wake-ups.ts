import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { compiledModule } from '../../common/package-root.js';
import type { ProcessorShares } from '../../common/thread-watch.js';
import { type PacerMemory, SIGNAL, ENDED, WRITTEN } from './pacing.js';

/**
 * Wakes the firing thread shortly before its rows are due. A timer of its own event loop would be late by up to a
 * millisecond, and spinning costs a whole core; so a second thread sleeps on shared memory, which the kernel wakes to within
 * some tens of microseconds, and posts a message. It reads the times ahead by itself: nothing is told it row by row.
 */
export interface WakeUps {
  /** the planned times of the next rows, in microseconds, ascending */
  add(plannedUs: Float64Array): void;
  /** @param zeroMs plan zero on the axis of `monotonicMs()`; nobody is woken before it is known */
  begin(zeroMs: number): void;
  /** ends the pacer, once; what the system gave it, or null if it ended before */
  stop(): Promise<ProcessorShares | null>;
}

/**
 * Starts the pacer thread.
 * @param leadMs  how long before a row it wakes; for a row that follows another within that time it does not, since the
 *                firing thread still waits for it then
 * @param rowsAhead how many rows are added ahead at most
 */
export function startWakeUps(wake: () => void, leadMs: number, rowsAhead: number): WakeUps {
  const memory: PacerMemory = {
    state: new Int32Array(new SharedArrayBuffer(16)),
    zeroMs: new Float64Array(new SharedArrayBuffer(8)),
    // Twice as much as is needed, so that a pacer that gets no processor for a while loses none.
    wakeMs: new Float64Array(new SharedArrayBuffer(8 * 2 * rowsAhead)),
  };
  memory.zeroMs[0] = Infinity;
  const pacer = new Worker(compiledModule('invoker/firing/pacer.js'), {
    workerData: memory,
    // It makes nothing but messages.
    resourceLimits: { maxYoungGenerationSizeMb: 1 },
  });
  let shares: ProcessorShares | null = null;
  pacer.on('message', (message: ProcessorShares | null) => {
    // The empty message wakes; the last one tells how the pacer was served.
    if (message === null) wake();
    else shares = message;
  });
  const exited = once(pacer, 'exit');
  pacer.unref();
  let written = 0;
  let lastUs = -Infinity;

  function signal(): void {
    Atomics.add(memory.state, SIGNAL, 1);
    Atomics.notify(memory.state, SIGNAL);
  }
  return {
    add(plannedUs) {
      for (const us of plannedUs) {
        if (us - lastUs > leadMs * 1_000) {
          memory.wakeMs[written % memory.wakeMs.length] = us / 1_000 - leadMs;
          written += 1;
        }
        lastUs = us;
      }
      Atomics.store(memory.state, WRITTEN, written);
      signal();
    },
    begin(zeroMs) {
      memory.zeroMs[0] = zeroMs;
      signal();
    },
    async stop() {
      pacer.ref();
      Atomics.store(memory.state, ENDED, 1);
      signal();
      await exited;
      return shares;
    },
  };
}
