import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';

/** How the system served a thread; null where it does not tell. */
export interface ProcessorShares {
  /** of one core */
  cpu_share: number | null;
  /** share of the time in which it was ready to run and had no processor */
  waited_share: number | null;
}

/** What a thread cost and what held it up, from the beginning of its watch to the end. */
export interface ThreadLoad extends ProcessorShares {
  /** p99 of how late its event loop was, ms */
  event_loop_p99_ms: number;
  /** pauses of its garbage collector, ms */
  gc_total_ms: number;
  gc_max_ms: number;
  /** of its own heap at the end */
  heap_bytes: number;
}

const EVENT_LOOP_RESOLUTION_MS = 10;

/** Watches the thread that calls it, from now on. */
export function watchThread(): () => ThreadLoad {
  const shares = watchProcessorShares();
  const delay = monitorEventLoopDelay({ resolution: EVENT_LOOP_RESOLUTION_MS });
  delay.enable();
  const pauses = { total: 0, max: 0 };
  const note = (durationMs: number): void => {
    pauses.total += durationMs;
    pauses.max = Math.max(pauses.max, durationMs);
  };
  const collections = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) note(duration);
  });
  collections.observe({ entryTypes: ['gc'] });
  return () => {
    delay.disable();
    for (const { duration } of collections.takeRecords()) note(duration);
    collections.disconnect();
    return {
      ...shares(),
      // The monitor tells the time between its own timers, which includes their interval.
      event_loop_p99_ms: Math.max(0, delay.percentile(99) / 1e6 - EVENT_LOOP_RESOLUTION_MS),
      gc_total_ms: pauses.total,
      gc_max_ms: pauses.max,
      heap_bytes: getHeapStatistics().used_heap_size,
    };
  };
}

/** The same for a thread without an event loop. */
export function watchProcessorShares(): () => ProcessorShares {
  const began = performance.now();
  const before = schedulerTimes();
  return () => {
    const elapsedMs = performance.now() - began;
    const after = schedulerTimes();
    if (before === null || after === null) return { cpu_share: null, waited_share: null };
    return {
      cpu_share: (after.ranMs - before.ranMs) / elapsedMs,
      waited_share: (after.waitedMs - before.waitedMs) / elapsedMs,
    };
  };
}

interface SchedulerTimes {
  ranMs: number;
  waitedMs: number;
}

/**
 * How long the calling thread ran, and how long it waited for a processor: the first two numbers of schedstat, in ns.
 * @see https://docs.kernel.org/scheduler/sched-stats.html
 */
function schedulerTimes(): SchedulerTimes | null {
  try {
    const [ran, waited] = readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ').map(Number);
    return { ranMs: ran! / 1e6, waitedMs: waited! / 1e6 };
  } catch {
    return null;
  }
}
