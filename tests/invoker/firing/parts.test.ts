import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { monotonicMs } from '../../../common/clock.js';
import { compiledModule } from '../../../common/package-root.js';
import { ENDED, GENERATION, type AlarmMemory } from '../../../invoker/firing/alarm.js';
import type { RowChunk } from '../../../invoker/firing/messages.js';
import { batchWriter, recordsOf } from '../../../invoker/firing/record-batch.js';
import { rowQueue } from '../../../invoker/firing/row-queue.js';
import { emptyFlight, type Flight } from '../../../platforms/platform.js';

const maybe = (arbitrary: fc.Arbitrary<number>) => fc.option(arbitrary, { nil: null });
const time = fc.double({ min: -10, max: 1e9, noNaN: true });
const text = fc.option(fc.string(), { nil: null });
const flightArbitrary: fc.Arbitrary<Flight> = fc.record(
  {
    seq: fc.nat(),
    instance: fc.nat(1_000),
    input: fc.nat(),
    plannedMs: time,
    firedMs: time,
    sentMs: maybe(time),
    firstByteMs: maybe(time),
    endMs: time,
    outcome: fc.constantFrom('ok', 'failed', 'lost'),
    error: text,
    status: maybe(fc.integer({ min: 100, max: 599 })),
    activationId: text,
    requestBytes: fc.nat(),
    responseBytes: maybe(fc.nat()),
    body: text,
    truncated: fc.constant(false),
    report: text,
  },
  { noNullPrototype: true },
);

test('flights come out of a batch as they went in, on the axis of the plan, absent values as null', () => {
  const zeroMs = 1_000;
  fc.assert(
    fc.property(fc.array(flightArbitrary, { maxLength: 20 }), (flights) => {
      const writer = batchWriter();
      for (const flight of flights) writer.addLanded(flight, zeroMs);
      const batch = writer.take();
      // As it crosses the threads.
      const arrived = batch === null ? [] : [...recordsOf(structuredClone(batch))];
      const since = (ms: number | null) => (ms === null ? null : ms - zeroMs);
      expect(arrived).toEqual(
        flights.map((flight) => ({
          ...flight,
          input: undefined,
          sentMs: since(flight.sentMs),
          firstByteMs: since(flight.firstByteMs),
          endMs: since(flight.endMs),
        })),
      );
      expect(writer.take()).toBeNull();
    }),
  );
});

test('a flight without an end has its place, its time and why, and nothing that it knew of an earlier answer', () => {
  fc.assert(
    fc.property(flightArbitrary, (flight) => {
      const writer = batchWriter();
      writer.addUnended(flight, 'dropped', 'in_flight_limit');
      const { seq, instance, plannedMs, firedMs } = flight;
      expect([...recordsOf(writer.take()!)]).toEqual([
        {
          seq,
          instance,
          plannedMs,
          firedMs,
          outcome: 'dropped',
          error: 'in_flight_limit',
          sentMs: null,
          firstByteMs: null,
          endMs: null,
          status: null,
          activationId: null,
          requestBytes: null,
          responseBytes: null,
          body: null,
          truncated: false,
          report: null,
        },
      ]);
    }),
  );
});

function chunkOf(firstSeq: number, us: number[], last: boolean): RowChunk {
  return {
    firstSeq,
    plannedUs: Float64Array.from(us),
    instance: Uint32Array.from(us.keys()),
    input: new Float64Array(us.length),
    last,
  };
}

test('rows come one at a time across chunks of any size, and every chunk that is used up makes room once', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(5), { minLength: 1, maxLength: 8 }), (sizes) => {
      let rooms = 0;
      const queue = rowQueue(() => (rooms += 1));
      const taken: number[] = [];
      const row = emptyFlight();
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
          queue.take(row);
          // Planned at as many microseconds as its number.
          expect(row.plannedMs).toBe(row.seq / 1_000);
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
