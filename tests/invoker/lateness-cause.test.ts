import { expect, test } from 'vitest';
import type { ThreadLoad } from '../../common/thread-watch.js';
import { causeOfLateness } from '../../invoker/lateness-cause.js';
import type { Generator } from '../../records/manifest.js';

const QUIET: ThreadLoad = {
  cpu_share: 0.12,
  waited_share: 0.001,
  event_loop_p99_ms: 1,
  gc_total_ms: 5,
  gc_max_ms: 1,
  heap_bytes: 5_000_000,
};

function generator(firing: Partial<ThreadLoad>): Generator {
  const threads = { main: QUIET, firing: { ...QUIET, ...firing }, pacer: { cpu_share: 0.05, waited_share: 0 } };
  return { cpu_share: 0.4, event_loop_p99_ms: 1, max_rss_bytes: 1, threads };
}

test.each<[string, Partial<ThreadLoad>, string]>([
  ['a thread at its limit', { cpu_share: 0.97 }, 'the firing thread was at 97 % CPU and could not fire faster'],
  [
    'a thread without a processor',
    { cpu_share: 0.97, waited_share: 0.12 },
    'the firing thread was at 97 % CPU, and waited 12 % of the time for a processor that other work had',
  ],
  [
    'a long collection, half the budget or more',
    { gc_max_ms: 5 },
    'the firing thread was at 12 % CPU, and was paused by its garbage collector for up to 5 ms',
  ],
  [
    'neither',
    { gc_max_ms: 4.9, waited_share: 0.009 },
    'the firing thread was at 12 % CPU, so other work on this machine is the likely cause',
  ],
  [
    'a system that tells nothing of threads',
    { cpu_share: null, waited_share: null },
    'the generator was at 40 % CPU, so other work on this machine is the likely cause',
  ],
])('%s is named', (_, firing, cause) => {
  expect(causeOfLateness(generator(firing), 10)).toBe(cause);
});

test('a run of an older version has the whole generator only, and one that was killed has nothing', () => {
  const older = { cpu_share: 0.97, event_loop_p99_ms: 9, max_rss_bytes: 1 };
  expect(causeOfLateness(older, 10)).toBe('the generator was at 97 % CPU and could not fire faster');
  expect(causeOfLateness(null, 10)).toBe('the cause is not known');
});
