import { ConfigError, RecordsError } from '../common/errors.js';
import type { ArchiveEntry } from '../records/archive-list.js';

/**
 * The moment of `--since`: epoch milliseconds, as the predecessor's users write it, or ISO 8601 (without a zone: UTC, as
 * in the names of archives).
 * @throws ConfigError if it is neither
 */
export function parseSince(text: string): number {
  if (/^\d+$/.test(text)) {
    const epochMs = Number(text);
    // Ten digits are this century's seconds; as milliseconds they would mean January 1970.
    if (text.length === 10)
      throw new ConfigError(`--since ${text}: that looks like seconds; epoch milliseconds are expected, ${text}000`);
    if (Math.abs(epochMs) <= 8.64e15) return epochMs;
  } else if (ISO.test(text)) {
    const zoned = /[Zz]$|[+-]\d\d:?\d\d$/.test(text) || !text.includes('T') ? text : `${text}Z`;
    const epochMs = Date.parse(zoned);
    if (!Number.isNaN(epochMs)) return epochMs;
  }
  throw new ConfigError(
    `--since ${JSON.stringify(text)}: expected epoch milliseconds or ISO 8601, e.g. 1795248000000 or 2026-11-21T08:00:00Z`,
  );
}

const ISO = /^\d{4}-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:?\d\d)?)?)?$/;

/**
 * Archives whose test started at or after a moment, and those of which nobody knows when they started.
 * @throws RecordsError if there is none that could be compared
 */
export function archivesSince(archives: ArchiveEntry[], sinceMs: number | null, root: string): ArchiveEntry[] {
  if (archives.length === 0) throw new RecordsError(`${root}: no archives here; WorkloadAnalyzer -a makes them`);
  if (sinceMs === null) return archives;
  const since = archives.filter(({ startEpochMs }) => startEpochMs === null || startEpochMs >= sinceMs);
  if (since.some(({ startEpochMs }) => startEpochMs !== null)) return since;
  const newest = archives.findLast(({ startEpochMs }) => startEpochMs !== null);
  const hint = newest === undefined ? '' : `; the newest, ${newest.name}, started ${isoOf(newest.startEpochMs!)}`;
  throw new RecordsError(`${root}: no test started at or after ${isoOf(sinceMs)}${hint}`);
}

/** `2026-11-21T08:15:00Z`, or as it is where no date is that large. */
export function isoOf(epochMs: number): string {
  return new Date(epochMs).toISOString().replace('.000Z', 'Z');
}
