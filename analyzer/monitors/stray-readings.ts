import type { Manifest } from '../../records/manifest.js';

/** Readings that lie too far from the run to be of it: counted, and not taken. */
export interface StrayReadings {
  /** Counts a reading that is to be left out. */
  isStray(timeMs: number): boolean;
  /** what was left out, as a sentence's end; null where nothing was */
  told(): string | null;
}

/** Monitors begin before plan zero and end after the last record, by some seconds however short the run is. */
const LEAST_MS = 30_000;

/**
 * A reading more than the length of the run before it or after it, or more than 30 s where the run is shorter than that, is
 * none of this run's: a stamp that is wrong would stretch the axis of its panel until nothing else can be seen.
 */
export function strayReadings(manifest: Manifest): StrayReadings {
  const lengthMs = runLengthMs(manifest);
  const beyondMs = Math.max(lengthMs, LEAST_MS);
  let moments = 0;
  let firstMs: number | null = null;
  let lastMs: number | null = null;
  return {
    isStray(timeMs) {
      if (timeMs >= -beyondMs && timeMs <= lengthMs + beyondMs) return false;
      // A sample has a reading for each group and each worker.
      if (timeMs !== lastMs) moments += 1;
      lastMs = timeMs;
      firstMs ??= timeMs;
      return true;
    },
    told() {
      if (firstMs === null) return null;
      const what = moments === 1 ? 'the readings of one moment lie' : `the readings of ${moments} moments lie`;
      const where = `${seconds(Math.abs(firstMs))} s ${firstMs < 0 ? 'before' : 'after'} plan zero`;
      return `${what} too far from the run to be of it (${moments === 1 ? where : `the first ${where}`}) and were left out`;
    },
  };
}

/** As it was, or where nobody saw its end as it was planned; without end where not even that is known. */
function runLengthMs({ start_epoch_ms: start, end_epoch_ms: end, config }: Manifest): number {
  const planned = Number(config?.['test_duration_in_seconds']) * 1_000;
  const was = start === null || end === null ? NaN : end - start;
  const known = [planned, was].filter((ms) => ms >= 0);
  return start === null || known.length === 0 ? Infinity : Math.max(...known);
}

function seconds(ms: number): string {
  return Math.round(ms / 1_000).toLocaleString('en-US');
}
