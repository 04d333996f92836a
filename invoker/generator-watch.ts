import type { Manifest } from '../records/manifest.js';

/** Watches the generator itself from now on; the answer tells what it cost until then. */
export function watchGenerator(): (eventLoopP99Ms: number) => NonNullable<Manifest['generator']> {
  const began = performance.now();
  const cpu = process.cpuUsage();
  return (eventLoopP99Ms) => {
    const { user, system } = process.cpuUsage(cpu);
    return {
      // Of all threads together, so it may exceed 1.
      cpu_share: (user + system) / 1_000 / (performance.now() - began),
      event_loop_p99_ms: eventLoopP99Ms,
      max_rss_bytes: process.resourceUsage().maxRSS * 1_024,
    };
  };
}
