import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { ConfigError, PlatformError } from '../common/errors.js';
import { compiledModule } from '../common/package-root.js';
import type { PlanRow } from '../workload/model.js';
import {
  CHUNKS_AHEAD,
  type FiringEnding,
  type FiringSetup,
  type Order,
  type Report,
  type RowChunk,
  ROWS_PER_CHUNK,
} from './firing/messages.js';
import { onRaised } from './interruption.js';
import type { RecordBatch } from './firing/record-batch.js';

/**
 * What the firing thread makes dies young: in a small nursery each collection is short, and memory stays low.
 * 20,000/s: 124 MB against 137 MB, with pauses of 1 ms.
 */
const YOUNG = { maxYoungGenerationSizeMb: 6 };

/** What the firing thread tells while it fires. */
export interface FiringListener {
  onRecords(batch: RecordBatch): void;
  /** several times a second */
  onState(state: { nextSeq: number; inFlight: number; elapsedMs: number }): void;
}

/** A firing thread with its connections open. */
export interface FiringThread {
  /**
   * Fires a plan and resolves when every row that was fired has its record.
   * @param zeroMs plan zero, on the axis of `monotonicMs()`
   */
  fire(rows: Iterator<PlanRow>, zeroMs: number, listener: FiringListener): Promise<FiringEnding>;
  /** fires no more; what is in flight after the grace is lost. May be called again with less grace. */
  stop(graceMs: number): void;
  /** ends the thread, whatever it does */
  close(): Promise<void>;
}

/**
 * Starts the firing thread: it imports the platform's port and opens connections.
 * @param stop ends the thread at once while connections are being opened: a server may never finish a handshake
 * @throws ConfigError, PlatformError if the port cannot be opened
 */
export async function openFiringThread(setup: FiringSetup, stop: AbortSignal): Promise<FiringThread> {
  const worker = new Worker(compiledModule('invoker/firing/thread.js'), { workerData: setup, resourceLimits: YOUNG });
  const order = (message: Order, transfer: ArrayBuffer[] = []): void => worker.postMessage(message, transfer);
  const exited = once(worker, 'exit').then(() => {
    throw new Error('the firing thread ended before it was ready');
  });
  const terminate = (): void => void worker.terminate();
  onRaised(stop, terminate);
  const [first] = (await Promise.race([once(worker, 'message'), exited])) as [Report];
  stop.removeEventListener('abort', terminate);
  exited.catch(() => undefined);
  if (first.type === 'fault') {
    await worker.terminate();
    throw first.usage ? new ConfigError(first.message) : new PlatformError(first.message);
  }
  return {
    fire(rows, zeroMs, { onRecords, onState }) {
      const chunks = chunksOf(rows);
      const sendChunk = (): void => {
        const chunk = chunks.next();
        if (chunk.done !== true) {
          const { plannedUs, instance, input } = chunk.value;
          order({ type: 'rows', chunk: chunk.value }, [plannedUs.buffer, instance.buffer, input.buffer]);
        }
      };
      const giveBack = (numbers: Float64Array<ArrayBuffer>): void =>
        order({ type: 'spent', numbers }, [numbers.buffer]);
      const ended = new Promise<FiringEnding>((resolve, reject) => {
        worker.on('message', (report: Report) => {
          if (report.type === 'room') sendChunk();
          else if (report.type === 'records') {
            if (report.batch !== null) {
              onRecords(report.batch);
              giveBack(report.batch.numbers);
            }
            onState(report);
          } else if (report.type === 'done') resolve(report.ending);
        });
        worker.once('error', reject);
        worker.once('exit', () => reject(new Error('the firing thread ended before its plan')));
      });
      for (let i = 0; i < CHUNKS_AHEAD; i += 1) sendChunk();
      order({ type: 'start', zeroMs });
      return ended;
    },
    stop: (graceMs) => order({ type: 'stop', graceMs }),
    async close() {
      await worker.terminate();
    },
  };
}

type TransferableChunk = RowChunk & {
  plannedUs: Float64Array<ArrayBuffer>;
  instance: Uint32Array<ArrayBuffer>;
  input: Float64Array<ArrayBuffer>;
};

/** A plan in pieces; the last one says so, and a plan without rows is one empty piece. */
function* chunksOf(rows: Iterator<PlanRow>): Generator<TransferableChunk> {
  let next = rows.next();
  do {
    const firstSeq = next.done === true ? 0 : next.value.seq;
    const plannedUs = new Float64Array(ROWS_PER_CHUNK);
    const instance = new Uint32Array(ROWS_PER_CHUNK);
    const input = new Float64Array(ROWS_PER_CHUNK);
    let count = 0;
    for (; next.done !== true && count < ROWS_PER_CHUNK; next = rows.next()) {
      plannedUs[count] = next.value.plannedUs;
      instance[count] = next.value.instance;
      input[count] = next.value.input;
      count += 1;
    }
    const last = next.done === true;
    // The last one alone is shorter, so that the others need no copy.
    const whole = count === ROWS_PER_CHUNK;
    yield {
      firstSeq,
      plannedUs: whole ? plannedUs : plannedUs.slice(0, count),
      instance: whole ? instance : instance.slice(0, count),
      input: whole ? input : input.slice(0, count),
      last,
    };
  } while (next.done !== true);
}
