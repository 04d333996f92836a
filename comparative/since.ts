import { ConfigError, RecordsError } from '../common/errors.js';
import { plainText } from '../common/plain-text.js';
import type { ArchiveEntry } from '../records/archive-list.js';

/**
 * The moment of `--since`: epoch milliseconds, as the predecessor's users write it, or ISO 8601 (without a zone: UTC, as
 * in the names of archives).
 * @throws ConfigError if it is neither
 */
export function parseSince(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) {
    const other = otherUnit(text);
    if (other !== null) throw new ConfigError(`--since ${text}: ${other}`);
    const epochMs = Number(text);
    if (!text.includes('.') && Math.abs(epochMs) <= 8.64e15) return epochMs;
  } else if (ISO.test(text)) {
    const zoned = /[Zz]$|[+-]\d\d:?\d\d$/.test(text) || !text.includes('T') ? text : `${text}Z`;
    const epochMs = Date.parse(zoned);
    if (!Number.isNaN(epochMs) && isOfCalendar(text)) return epochMs;
  }
  throw new ConfigError(
    `--since ${JSON.stringify(text)}: expected epoch milliseconds or ISO 8601, e.g. 1795248000000 or 2026-11-21T08:00:00Z`,
  );
}

/**
 * Ten digits are this century's seconds, sixteen its microseconds, four a year and eight a date; as milliseconds they would mean
 * 1970, or the year 58,000.
 */
function otherUnit(text: string): string | null {
  const { length } = text.split('.')[0]!;
  if (/^20\d\d$/.test(text)) return `that looks like a year; write ${text}-01-01`;
  if (/^20\d{6}$/.test(text)) return `that looks like a date; write ${text.replace(/^(....)(..)/, '$1-$2-')}`;
  const unit = { 10: 'seconds', 16: 'microseconds', 19: 'nanoseconds' }[length];
  if (unit === undefined) return null;
  const whole = BigInt(text.split('.')[0]!);
  const meant = length === 10 ? whole * 1_000n : whole / (length === 16 ? 1_000n : 1_000_000n);
  return `that looks like ${unit}; epoch milliseconds are expected, ${meant}`;
}

/** 30 February is taken for 2 March by Date.parse. */
function isOfCalendar(text: string): boolean {
  const [year, month, day] = text.split(/[-T]/).map(Number) as [number, number, number?];
  return day === undefined || new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day;
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
  const hint =
    newest === undefined ? '' : `; the newest, ${plainText(newest.name)}, started ${isoOf(newest.startEpochMs!)}`;
  throw new RecordsError(`${root}: no test started at or after ${isoOf(sinceMs)}${hint}`);
}

/** `2026-11-21T08:15:00Z`, or as it is where no date is that large. */
export function isoOf(epochMs: number): string {
  return new Date(epochMs).toISOString().replace('.000Z', 'Z');
}
