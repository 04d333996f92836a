import type { ProcessorShares, ThreadLoad } from '../../common/thread-watch.js';
import type { FiringModule, PortOptions } from '../../platforms/platform.js';
import type { RecordBatch } from './record-batch.js';

/** What the firing thread is started with. */
export interface FiringSetup {
  module: FiringModule;
  options: PortOptions;
  /** connections to open before plan zero */
  warmConnections: number;
}

/** Rows in a piece of the plan, and how many pieces the firing thread holds: its memory does not grow with the plan. */
export const ROWS_PER_CHUNK = 2_048;
export const CHUNKS_AHEAD = 8;
export const ROWS_AHEAD = ROWS_PER_CHUNK * CHUNKS_AHEAD;

/** A piece of the plan: rows `firstSeq`, `firstSeq + 1`, … */
export interface RowChunk {
  firstSeq: number;
  /** microseconds since plan zero */
  plannedUs: Float64Array;
  /** index into Workload.instances */
  instance: Uint32Array;
  /** what each row sends; see PlanRow */
  input: Float64Array;
  /** no row comes after these */
  last: boolean;
}

/** To the firing thread. */
export type Order =
  | { type: 'rows'; chunk: RowChunk }
  /** plan zero on the axis of `monotonicMs()`; nothing fires before it is known */
  | { type: 'start'; zeroMs: number }
  /** the numbers of a batch that was read, to be filled again: neither thread's collector has to come for them */
  | { type: 'spent'; numbers: Float64Array<ArrayBuffer> }
  /** fire no more; what is in flight may still end within the grace, the rest is lost */
  | { type: 'stop'; graceMs: number };

/** From the firing thread. */
export type Report =
  | { type: 'ready' }
  /** a chunk was used up: there is room for another */
  | { type: 'room' }
  /** `elapsedMs` since plan zero: every row planned before it was looked at */
  | { type: 'records'; batch: RecordBatch | null; nextSeq: number; inFlight: number; elapsedMs: number }
  | { type: 'done'; ending: FiringEnding }
  /** the port could not be opened; `usage` = the config is at fault */
  | { type: 'fault'; message: string; usage: boolean };

export interface FiringEnding {
  /** every row before this one was fired or dropped */
  nextSeq: number;
  /** when an order to stop came, ms since plan zero (negative before it); null if the plan was fired to its end */
  stoppedAtMs: number | null;
  /** from plan zero on */
  firing: ThreadLoad;
  /** null if it ended before it was asked */
  pacer: ProcessorShares | null;
}
