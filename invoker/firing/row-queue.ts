import type { RowChunk } from './messages.js';

/** The rows that the main thread has sent ahead, one at a time. */
export interface RowQueue {
  add(chunk: RowChunk): void;
  /** planned time of the next row in microseconds; null if none is here */
  peekUs(): number | null;
  /** moves on to the row after the next; only after `peekUs` told a time */
  take(): { seq: number; instance: number; plannedUs: number };
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
    take() {
      const { firstSeq, instance, plannedUs } = chunks[0]!;
      const row = { seq: firstSeq + at, instance: instance[at]!, plannedUs: plannedUs[at]! };
      at += 1;
      nextSeq = row.seq + 1;
      dropUsedChunks();
      return row;
    },
    get ended() {
      return lastIsHere && chunks.length === 0;
    },
    get nextSeq() {
      return nextSeq;
    },
  };
}
