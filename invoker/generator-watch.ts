import { watchThread } from '../common/thread-watch.js';
import type { Manifest } from '../records/manifest.js';
import type { FiringEnding } from './firing/messages.js';

/** Watches the generator itself from now on; the answer tells what it cost until then, and what held up its threads. */
export function watchGenerator(): (ending: FiringEnding) => NonNullable<Manifest['generator']> {
  const began = performance.now();
  const cpu = process.cpuUsage();
  const main = watchThread();
  return ({ firing, pacer }) => {
    const { user, system } = process.cpuUsage(cpu);
    return {
      // Of all threads together, so it may exceed 1.
      cpu_share: (user + system) / 1_000 / (performance.now() - began),
      event_loop_p99_ms: firing.event_loop_p99_ms,
      max_rss_bytes: process.resourceUsage().maxRSS * 1_024,
      threads: { main: main(), firing, pacer },
    };
  };
}
