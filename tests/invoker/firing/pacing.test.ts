import { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { monotonicMs } from '../../../common/clock.js';
import { compiledModule } from '../../../common/package-root.js';
import { ENDED, type PacerMemory, SIGNAL, WRITTEN } from '../../../invoker/firing/pacing.js';
import { startWakeUps, type WakeUps } from '../../../invoker/firing/wake-ups.js';

const LEAD_MS = 5;

function wakeUps(rowsAhead = 100): { wakes: number[]; pacer: WakeUps } {
  const wakes: number[] = [];
  const pacer = startWakeUps(() => wakes.push(monotonicMs()), LEAD_MS, rowsAhead);
  onTestFinished(async () => void (await pacer.stop()));
  return { wakes, pacer };
}

function us(...timesMs: number[]): Float64Array {
  return Float64Array.from(timesMs, (ms) => ms * 1_000);
}

test('it wakes once for each row, the lead before it is due and never earlier', async () => {
  const { wakes, pacer } = wakeUps();
  pacer.add(us(20, 40));
  const zeroMs = monotonicMs();
  pacer.begin(zeroMs);
  // Rows may be added while it sleeps.
  pacer.add(us(60));
  await expect.poll(() => wakes.length, { interval: 1 }).toBe(3);
  for (const [i, due] of [20, 40, 60].entries()) expect(wakes[i]! - zeroMs).toBeGreaterThanOrEqual(due - LEAD_MS);
});

test('for rows that follow another within the lead it does not wake again, across pieces of the plan too', async () => {
  const { wakes, pacer } = wakeUps();
  pacer.add(us(10, 14, 15));
  pacer.add(us(19.9, 30));
  pacer.begin(monotonicMs());
  // At 10 and at 30: 14, 15 and 19.9 follow within 5 ms of the one before.
  await expect.poll(() => wakes.length, { interval: 1 }).toBe(2);
});

test('nobody is woken before plan zero is known, and rows that are due by then are told at once', async () => {
  const { wakes, pacer } = wakeUps();
  pacer.add(us(0, 10, 20));
  expect(wakes).toEqual([]);
  pacer.begin(monotonicMs() - 1_000);
  await expect.poll(() => wakes.length, { interval: 1 }).toBe(3);
});

test('the ring of times goes round many times and loses none', async () => {
  const { wakes, pacer } = wakeUps(4);
  pacer.begin(monotonicMs() - 1e9);
  for (let i = 0; i < 100; i += 1) {
    pacer.add(us(i * 10));
    await expect.poll(() => wakes.length, { interval: 1 }).toBe(i + 1);
  }
});

test('it ends when it is told, in the middle of a long sleep, and says how the system served it', async () => {
  const { pacer } = wakeUps();
  pacer.add(us(3_600_000));
  pacer.begin(monotonicMs());
  const shares = await pacer.stop();
  if (process.platform === 'linux') expect(shares!.cpu_share).toBeGreaterThanOrEqual(0);
});

test('an end that comes before it sleeps is not slept through', async () => {
  const memory: PacerMemory = {
    state: new Int32Array(new SharedArrayBuffer(16)),
    zeroMs: new Float64Array(new SharedArrayBuffer(8)),
    wakeMs: new Float64Array(new SharedArrayBuffer(8)),
  };
  Atomics.store(memory.state, ENDED, 1);
  Atomics.add(memory.state, SIGNAL, 1);
  Atomics.store(memory.state, WRITTEN, 0);
  const worker = new Worker(compiledModule('invoker/firing/pacer.js'), { workerData: memory });
  expect(await new Promise((ended) => worker.once('exit', ended))).toBe(0);
});
