import { expect, test } from 'vitest';
import { watchThread } from '../../common/thread-watch.js';

test('a thread that computes has nearly a core, or waited for it; and its collections are counted', async () => {
  const load = watchThread();
  const began = performance.now();
  const kept: unknown[][] = [];
  while (performance.now() - began < 200) kept[kept.length % 100] = Array.from({ length: 1_000 }, (_, i) => ({ i }));
  // The engine tells of a collection a turn later.
  await new Promise((turn) => setImmediate(turn));
  const { cpu_share, waited_share, gc_total_ms, gc_max_ms, heap_bytes, event_loop_p99_ms } = load();
  // Where the system tells it: on Linux.
  if (process.platform === 'linux') expect(cpu_share! + waited_share!).toBeGreaterThan(0.5);
  expect(gc_total_ms).toBeGreaterThanOrEqual(gc_max_ms);
  expect(gc_max_ms).toBeGreaterThan(0);
  expect(heap_bytes).toBeGreaterThan(1_000_000);
  expect(event_loop_p99_ms).toBeGreaterThanOrEqual(0);
});
