/** One event's count in one interval, as one line of `perf stat -I` tells it. */
export interface PerfCount {
  /** since perf began; the same for all lines of an interval */
  timeMs: number;
  /** what it is a count of, as perf names it (`CPU0`, `S0-D0-C1`, `S0`, `N0`); null where it is of everything */
  cpu: string | null;
  /** with `-G` or `--for-each-cgroup` */
  cgroup: string | null;
  event: string;
  /** null where the event is not supported, or was not counted in this interval */
  value: number | null;
  /** the share of the interval in which it was counted, per cent; perf has scaled the count up by it */
  runningPct: number | null;
}

/** `known`: of the format, but no count (a heading, a further metric of the line above, a summary). */
export type PerfLine = PerfCount | 'known' | 'unknown';

/** A CPU, or a core, die, cluster, cache, socket or node (`--per-core` …), before which perf prints how many CPUs it has. */
export const CPU_LABEL = /^CPU\d+$/;
export const AGGREGATE_LABEL = /^[SN]\d+(?:-[A-Z]+\d+)*$/;

export const UNCOUNTED = new Set(['<not supported>', '<not counted>']);

/** Columns of ours; an event that somebody gave such a name would overwrite them. */
const OURS = new Set(['cpu', 'cgroup', 'interval_ms', 'running_pct', 'time_ms', '__proto__']);

/** Other columns, e.g. those of `--metric-only`, hold numbers where the event's name stands. */
export function isEventName(name: string): boolean {
  return /[A-Za-z]/.test(name) && !OURS.has(name);
}

/** Seconds and nanoseconds, apart so that no digit is lost. */
export function stampMs(seconds: string, nanoseconds: string): number {
  return (Number(seconds) * 1e9 + Number(nanoseconds)) / 1e6;
}
