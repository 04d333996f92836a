import { expect, test } from 'vitest';
import { hostClock } from '../../../analyzer/monitors/host-clock.js';
import { placementOf } from '../../../analyzer/monitors/placement.js';

const START = 1_795_250_000_000;
/** A host that is 2 s ahead. */
const ahead = hostClock([{ at_ms: 0, offset_ms: 2_000, uncertainty_ms: 0.5 }], START);
/** What a script of ours wrote there half a second before plan zero, by the host's own clock. */
const start = (intervalMs: number | null) => ({ epochMs: START + 1_500, intervalMs });

test('stamps of the epoch are shifted by the offset of their host, as exactly as that is known', () => {
  const placed = placementOf('epoch', { clock: ahead, start: null, scriptStartMs: null }, START)!;
  expect(placed.toRunMs(START + 12_000)).toBe(10_000);
  expect([placed.uncertaintyMs(START), placed.approximate]).toEqual([0.5, false]);
});

test('stamps since the start of the tool count from its .start file', () => {
  const placed = placementOf('since_start', { clock: ahead, start: start(1_000), scriptStartMs: -900 }, 1_000)!;
  expect(placed.toRunMs(1_000)).toBe(500);
  // 100 ms for what passes between the stamp of the script and the zero of its tool
  expect([placed.uncertaintyMs(1_000), placed.approximate]).toEqual([100.5, false]);
});

test('without a .start file they count from the start of the script, and are approximate', () => {
  const placed = placementOf('since_start', { clock: ahead, start: null, scriptStartMs: -900 }, 1_000)!;
  expect(placed.toRunMs(1_000)).toBe(100);
  expect([placed.uncertaintyMs(1_000), placed.approximate]).toEqual([null, true]);
});

test('stamps since the first event are placed at the start of the tool, and are approximate', () => {
  const placed = placementOf('since_first_event', { clock: ahead, start: start(null), scriptStartMs: null }, 0)!;
  expect(placed.toRunMs(300)).toBe(-200);
  expect([placed.uncertaintyMs(300), placed.approximate]).toEqual([null, true]);
});

test('without either nothing can be placed', () => {
  const nothing = { clock: ahead, start: null, scriptStartMs: null };
  for (const kind of ['since_start', 'ordinal', 'local'] as const) expect(placementOf(kind, nothing, 0)).toBeNull();
});

test('the order alone becomes times by the interval, which strays the longer it goes on', () => {
  const placed = placementOf('ordinal', { clock: ahead, start: start(500), scriptStartMs: null }, 0)!;
  expect([0, 1, 20].map((k) => placed.toRunMs(k))).toEqual([-500, 0, 9_500]);
  // 100 ms as above, and 0.2 % of 20 intervals of 500 ms
  expect([placed.uncertaintyMs(0), placed.uncertaintyMs(20)]).toEqual([100.5, 120.5]);
});

test('a rhythm that nobody told is taken for one of a second, and is approximate', () => {
  const placed = placementOf('ordinal', { clock: ahead, start: start(null), scriptStartMs: null }, 0)!;
  expect(placed.toRunMs(3)).toBe(2_500);
  expect([placed.uncertaintyMs(3), placed.approximate]).toEqual([null, true]);
});

test.each([
  ['Kathmandu, 5 h 45 min ahead of UTC', 5.75],
  ['St. John’s, 3 h 30 min behind', -3.5],
  ['Kiritimati, 14 h ahead', 14],
  ['London in winter', 0],
])('local times find their zone by the start of the tool: %s', (_, hours) => {
  const placed = placementOf('local', { clock: ahead, start: start(1_000), scriptStartMs: null }, localOf(0.4))!;
  // The host's wall clock t seconds after plan zero, whole seconds as pqos prints them.
  function localOf(t: number): number {
    return Math.floor((START + 2_000 + t * 1_000 + hours * 3_600_000) / 1_000) * 1_000;
  }
  expect(placed.toRunMs(localOf(0.4))).toBe(0);
  expect(placed.toRunMs(localOf(17))).toBe(17_000);
  expect(placed.uncertaintyMs(localOf(17))).toBe(1_000.5);
});
