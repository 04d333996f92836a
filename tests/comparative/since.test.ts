import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { archivesSince, parseSince } from '../../comparative/since.js';
import type { ArchiveEntry } from '../../records/archive-list.js';

const AT_EIGHT = Date.UTC(2026, 10, 21, 8);

test.each([
  [String(AT_EIGHT), AT_EIGHT],
  ['0', 0],
  ['2026-11-21T08:00:00Z', AT_EIGHT],
  // no zone: UTC, as in the names of archives, whatever the machine's own zone
  ['2026-11-21T08:00:00', AT_EIGHT],
  ['2026-11-21T10:00+02:00', AT_EIGHT],
  ['2026-11-21', AT_EIGHT - 8 * 3_600_000],
])('--since %s is a moment', (text, epochMs) => {
  expect(parseSince(text)).toBe(epochMs);
});

test.each([
  '',
  'yesterday',
  '2026-13-01',
  '2026-02-30',
  '2025-02-29T08:00Z',
  '-5',
  '12.5',
  '21/11/2026',
  '99999999999999999999',
])('--since "%s" is refused', (text) => {
  expect(() => parseSince(text)).toThrow(/expected epoch milliseconds or ISO 8601/);
});

test('ten digits are seconds, and the error says what was meant', () => {
  expect(() => parseSince('1795248000')).toThrow(/looks like seconds; epoch milliseconds are expected, 1795248000000/);
});

test.each([
  ['2026', /looks like a year; write 2026-01-01/],
  ['20261121', /looks like a date; write 2026-11-21/],
  ['1795248000.5', /looks like seconds; epoch milliseconds are expected, 1795248000000/],
  ['1795248000123456', /looks like microseconds; epoch milliseconds are expected, 1795248000123/],
  ['1795248000123456789', /looks like nanoseconds; epoch milliseconds are expected, 1795248000123/],
])('%s is of another unit, and the error says what was meant', (text, reason) => {
  expect(() => parseSince(text)).toThrow(reason);
});

test('every moment is understood alike as milliseconds, as ISO 8601 with Z, with another zone, and without one', () => {
  fc.assert(
    // from 2001-09-09 on, where milliseconds have thirteen digits
    fc.property(fc.integer({ min: 1e12, max: 4e12 }), fc.integer({ min: -12, max: 14 }), (epochMs, hours) => {
      const iso = new Date(epochMs).toISOString();
      const there = new Date(epochMs + hours * 3_600_000).toISOString().slice(0, -1);
      const zone = `${hours < 0 ? '-' : '+'}${String(Math.abs(hours)).padStart(2, '0')}`;
      expect(parseSince(String(epochMs))).toBe(epochMs);
      for (const text of [iso, iso.slice(0, -1), `${there}${zone}:00`, `${there}${zone}00`])
        expect(parseSince(text), text).toBe(epochMs);
    }),
  );
});

const entry = (name: string, startEpochMs: number | null) => ({ name, startEpochMs }) as ArchiveEntry;

test('a test that started at the moment itself is read; what nobody can date is kept, to be named', () => {
  const archives = [entry('old.pkl', null), entry('before', AT_EIGHT - 1), entry('at', AT_EIGHT)];
  expect(archivesSince(archives, AT_EIGHT, 'root').map(({ name }) => name)).toEqual(['old.pkl', 'at']);
});

test('nothing since then says when the newest was', () => {
  expect(() => archivesSince([entry('a', AT_EIGHT)], AT_EIGHT + 1, 'data_archive')).toThrow(
    'data_archive: no test started at or after 2026-11-21T08:00:00.001Z; the newest, a, started 2026-11-21T08:00:00Z',
  );
});
