import type { Flight } from '../../platforms/platform.js';
import type { RowChunk } from './messages.js';

/** What a row says of the flight that it becomes. */
type PlannedPart = Pick<Flight, 'seq' | 'instance' | 'input' | 'plannedMs'>;

/** The rows that the main thread has sent ahead, one at a time. */
export interface RowQueue {
  add(chunk: RowChunk): void;
  /** planned time of the next row in microseconds; null if none is here */
  peekUs(): number | null;
  /** writes the next row into a flight and moves on to the one after it; only after `peekUs` told a time */
  take(flight: PlannedPart): void;
  /** the plan has no row beyond those that were taken */
  readonly ended: boolean;
  /** every row before this one was taken */
  readonly nextSeq: number;
}

/** @param onChunkUsed a chunk is empty, so there is room for another */
export function rowQueue(onChunkUsed: () => void): RowQueue {
  const chunks: RowChunk[] = [];
  let at = 0;
  let nextSeq = 0;
  let lastIsHere = false;

  function dropUsedChunks(): void {
    while (chunks.length > 0 && at === chunks[0]!.plannedUs.length) {
      chunks.shift();
      at = 0;
      onChunkUsed();
    }
  }
  return {
    add(chunk) {
      chunks.push(chunk);
      lastIsHere ||= chunk.last;
      dropUsedChunks();
    },
    peekUs: () => chunks[0]?.plannedUs[at] ?? null,
    take(flight) {
      const { firstSeq, instance, plannedUs, input } = chunks[0]!;
      flight.seq = firstSeq + at;
      flight.instance = instance[at]!;
      flight.input = input[at]!;
      flight.plannedMs = plannedUs[at]! / 1_000;
      nextSeq = flight.seq + 1;
      at += 1;
      dropUsedChunks();
    },
    get ended() {
      return lastIsHere && chunks.length === 0;
    },
    get nextSeq() {
      return nextSeq;
    },
  };
}
