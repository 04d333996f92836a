/**
 * Milliseconds of the machine's monotonic clock, with sub-microsecond resolution.
 * Unlike performance.now(), whose zero differs from thread to thread, this is one axis for every thread of the machine
 * (CLOCK_MONOTONIC), so stamps of the firing thread and of the main thread may be subtracted.
 */
export function monotonicMs(): number {
  return performance.now() + threadOffsetMs;
}

/** What to add to this thread's performance.now() to get the machine's monotonic clock. */
const threadOffsetMs = measureThreadOffset();

function measureThreadOffset(): number {
  // The smallest of several readings is the one that was not interrupted between the two clocks.
  let offset = Infinity;
  for (let i = 0; i < 16; i += 1) {
    const before = performance.now();
    offset = Math.min(offset, Number(process.hrtime.bigint()) / 1e6 - before);
  }
  return offset;
}

/** A pair of readings of both clocks, taken once, so that every later time is monotonic from there. */
export interface ClockAnchor {
  /** wall clock, epoch milliseconds */
  epochMs: number;
  /** the machine's monotonic clock at that moment, milliseconds */
  monotonicMs: number;
}

/** Reads the wall clock and the monotonic clock together. */
export function anchorClock(): ClockAnchor {
  return { epochMs: Date.now(), monotonicMs: monotonicMs() };
}

/** `20261121T081500Z`: UTC, as in the names of run directories. */
export function compactUtc(epochMs: number): string {
  return new Date(epochMs).toISOString().replaceAll(/[-:]|\.\d+/g, '');
}

/** `2026_11_21_08_15_00`: UTC, as in the names of archives. */
export function underscoredUtc(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 19).replaceAll(/[-:T]/g, '_');
}
