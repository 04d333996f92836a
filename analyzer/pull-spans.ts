import { RecordsError } from '../common/errors.js';
import type { EpochSpan } from '../platforms/platform.js';
import { readManifest } from '../records/manifest.js';

/** The invocations whose records are missing, and when they were under way, ms since plan zero. */
export interface Missing {
  count: number;
  firstMs: number;
  lastMs: number;
}

/** The clocks of client and platform may differ by this much. */
const CLOCK_MARGIN_MS = 60_000;
/** An invocation that was only accepted may start minutes later; looked for once it is known to be missing. */
const QUEUE_MARGIN_MS = 10 * 60_000;
/** By so much a clock that nobody set may be off; looked for when records are missing. */
const WRONG_CLOCK_MARGIN_MS = 10 * 60_000;

/** Where the activations of a run are looked for at first. @throws RecordsError if it never began */
export async function spanOfRun(runDirectory: string): Promise<EpochSpan> {
  const { start_epoch_ms: start, end_epoch_ms: end } = await readManifest(runDirectory);
  if (start === null) throw new RecordsError(`${runDirectory}: the run ended before its first invocation was due`);
  return { sinceMs: start - CLOCK_MARGIN_MS, uptoMs: (end ?? Date.now()) + CLOCK_MARGIN_MS };
}

/**
 * Where to look again: around the invocations whose records are missing, and where components that are owed began. One of
 * the two there must be.
 * @param isWide also where they would be if the platform's clock were wrong
 */
export async function spanToLookAgain(
  runDirectory: string,
  { count, firstMs, lastMs }: Missing,
  owed: EpochSpan | null,
  isWide: boolean,
): Promise<EpochSpan> {
  const { start_epoch_ms: start } = await readManifest(runDirectory);
  const spans: EpochSpan[] = [];
  const wrongMs = isWide ? WRONG_CLOCK_MARGIN_MS : 0;
  if (count > 0) {
    const sinceMs = start! + firstMs - CLOCK_MARGIN_MS - wrongMs;
    spans.push({ sinceMs, uptoMs: start! + lastMs + QUEUE_MARGIN_MS + wrongMs });
  }
  if (owed !== null) spans.push({ sinceMs: owed.sinceMs - CLOCK_MARGIN_MS, uptoMs: owed.uptoMs + CLOCK_MARGIN_MS });
  return {
    sinceMs: Math.min(...spans.map(({ sinceMs }) => sinceMs)),
    uptoMs: Math.max(...spans.map(({ uptoMs }) => uptoMs)),
  };
}
