import { blktrace } from './blktrace.js';
import { cgtop } from './cgtop.js';
import { perf } from './perf.js';
import { podsFormat } from './pods.js';
import { pqos } from './pqos.js';
import { sampler } from './sampler.js';
import type { MonitorFormat } from './reading.js';

/** By the names that our scripts, FaaSProfiler's and its users' give their files. */
const FORMATS: readonly [RegExp, MonitorFormat][] = [
  [/^perf.*\.(?:out|csv|json)$/, perf],
  [/^pqos.*\.(?:out|csv)$/, pqos],
  [/^blktrace.*\.out$/, blktrace],
  [/^systemd-cgtop.*\.(?:out|txt)$/, cgtop],
  [/^pods\.ndjson$/, podsFormat],
  [/^sampler\.ndjson$/, sampler],
];

/** @returns null where no parser reads a file of this name */
export function formatOf(fileName: string): MonitorFormat | null {
  return FORMATS.find(([names]) => names.test(fileName))?.[1] ?? null;
}

/** Where our script wrote when its tool began. */
export function startFileOf({ tool }: MonitorFormat): string {
  return `${tool}.start`;
}
