import { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { monotonicMs } from '../../../common/clock.js';
import { compiledModule } from '../../../common/package-root.js';
import { ENDED, GENERATION, type AlarmMemory } from '../../../invoker/firing/alarm.js';

/** A pacer thread with the memory that the firing thread would share with it. */
function pacer() {
  const memory: AlarmMemory = {
    state: new Int32Array(new SharedArrayBuffer(8)),
    timeMs: new Float64Array(new SharedArrayBuffer(8)),
  };
  memory.timeMs[0] = Infinity;
  const worker = new Worker(compiledModule('invoker/firing/pacer.js'), { workerData: memory });
  onTestFinished(async () => void (await worker.terminate()));
  const rings: number[] = [];
  worker.on('message', () => rings.push(monotonicMs()));
  const tell = (): void => {
    Atomics.add(memory.state, GENERATION, 1);
    Atomics.notify(memory.state, GENERATION);
  };
  return {
    rings,
    worker,
    setFor(timeMs: number): void {
      memory.timeMs[0] = timeMs;
      tell();
    },
    end(): void {
      Atomics.store(memory.state, ENDED, 1);
      tell();
    },
  };
}

test('the pacer rings once for each time, never before it', async () => {
  const { rings, setFor } = pacer();
  for (let i = 0; i < 20; i += 1) {
    const time = monotonicMs() + 5;
    setFor(time);
    await expect.poll(() => rings.length, { interval: 1 }).toBe(i + 1);
    expect(rings[i]!).toBeGreaterThanOrEqual(time);
  }
});

test('an earlier time that comes later replaces the one that was set', async () => {
  const { rings, setFor } = pacer();
  setFor(monotonicMs() + 3_600_000);
  setFor(monotonicMs() + 5);
  await expect.poll(() => rings.length).toBe(1);
});

test('the pacer ends when it is told, in the middle of a long sleep', async () => {
  const { worker, setFor, end, rings } = pacer();
  setFor(monotonicMs() + 1);
  await expect.poll(() => rings.length).toBe(1);
  setFor(monotonicMs() + 3_600_000);
  const exited = new Promise((ended) => worker.once('exit', ended));
  end();
  expect(await exited).toBe(0);
});
