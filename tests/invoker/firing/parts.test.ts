import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { monotonicMs } from '../../../common/clock.js';
import { compiledModule } from '../../../common/package-root.js';
import { ENDED, GENERATION, type AlarmMemory } from '../../../invoker/firing/alarm.js';
import type { RowChunk } from '../../../invoker/firing/messages.js';
import { batchWriter, recordsOf, type FiredRecord } from '../../../invoker/firing/record-batch.js';
import { rowQueue } from '../../../invoker/firing/row-queue.js';

const maybe = (arbitrary: fc.Arbitrary<number>) => fc.option(arbitrary, { nil: null });
const time = fc.double({ min: -10, max: 1e9, noNaN: true });
const recordArbitrary: fc.Arbitrary<FiredRecord> = fc.record(
  {
    seq: fc.nat(),
    instance: fc.nat(1_000),
    plannedMs: time,
    firedMs: maybe(time),
    sentMs: maybe(time),
    firstByteMs: maybe(time),
    endMs: maybe(time),
    outcome: fc.constantFrom('ok', 'failed', 'dropped', 'lost'),
    error: fc.option(fc.string(), { nil: null }),
    status: maybe(fc.integer({ min: 100, max: 599 })),
    activationId: fc.option(fc.string(), { nil: null }),
    requestBytes: maybe(fc.nat()),
    responseBytes: maybe(fc.nat()),
  },
  { noNullPrototype: true },
);

test('records come out of a batch as they went in, absent values as null', () => {
  fc.assert(
    fc.property(fc.array(recordArbitrary, { maxLength: 20 }), (records) => {
      const writer = batchWriter();
      for (const record of records) writer.add(record);
      const batch = writer.take();
      // As it crosses the threads.
      const arrived = batch === null ? [] : [...recordsOf(structuredClone(batch))];
      expect(arrived).toEqual(records);
      expect(writer.take()).toBeNull();
    }),
  );
});

test('bodies stay with their records', () => {
  const writer = batchWriter();
  const [plain] = fc.sample(recordArbitrary, { numRuns: 1, seed: 1 });
  writer.add(plain!);
  writer.add({ ...plain!, body: 'x', truncated: true });
  const records = [...recordsOf(writer.take()!)];
  expect(records[0]).not.toHaveProperty('body');
  expect(records[1]).toMatchObject({ body: 'x', truncated: true });
});

function chunkOf(firstSeq: number, us: number[], last: boolean): RowChunk {
  return { firstSeq, plannedUs: Float64Array.from(us), instance: Uint32Array.from(us.keys()), last };
}

test('rows come one at a time across chunks of any size, and every chunk that is used up makes room once', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(5), { minLength: 1, maxLength: 8 }), (sizes) => {
      let rooms = 0;
      const queue = rowQueue(() => (rooms += 1));
      const taken: number[] = [];
      let seq = 0;
      for (const [i, size] of sizes.entries()) {
        expect(queue.ended).toBe(false);
        queue.add(
          chunkOf(
            seq,
            Array.from({ length: size }, (_, k) => seq + k),
            i === sizes.length - 1,
          ),
        );
        seq += size;
        while (queue.peekUs() !== null) {
          const row = queue.take();
          expect(row.plannedUs).toBe(row.seq);
          taken.push(row.seq);
        }
      }
      expect(taken).toEqual([...Array(seq).keys()]);
      expect(rooms).toBe(sizes.length);
      expect(queue.ended).toBe(true);
      expect(queue.nextSeq).toBe(seq);
    }),
  );
});

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
