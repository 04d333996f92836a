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

test.each(['', 'yesterday', '2026-13-01', '-5', '12.5', '21/11/2026', '99999999999999999999'])(
  '--since "%s" is refused',
  (text) => {
    expect(() => parseSince(text)).toThrow(/expected epoch milliseconds or ISO 8601/);
  },
);

test('ten digits are seconds, and the error says what was meant', () => {
  expect(() => parseSince('1795248000')).toThrow(/looks like seconds; epoch milliseconds are expected, 1795248000000/);
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
