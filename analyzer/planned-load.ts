import { configuredRate } from '../workload/recorded-plan.js';

/** What the resolved config of a manifest says of an instance's arrivals, as far as the stat table asks. */
export interface PlannedLoad {
  /** `Poisson`, `Uniform` …, `list` for an interarrival list; null where the config does not say */
  distribution: string | null;
  /** per second, the mean of a profile over the window; null for lists and traces */
  ratePerS: number | null;
  /** seconds since plan zero */
  windowS: [number, number];
}

/** Reads the instances of a resolved config; whatever is not there or not usable is null, and no window the whole test. */
export function plannedLoads(config: Record<string, unknown>): (instance: string) => PlannedLoad {
  const duration = numberIn(config, 'test_duration_in_seconds') ?? numberIn(config, 'test_duration_inseconds') ?? 0;
  const instances = objectIn(config, 'instances');
  return (name) => {
    const instance = Object.hasOwn(instances, name) ? objectIn(instances, name) : {};
    const distribution = instance['distribution'];
    const isList = Array.isArray(instance['interarrivals_list']);
    const windowS = windowIn(instance['activity_window'], duration);
    return {
      distribution: isList ? 'list' : typeof distribution === 'string' ? distribution : null,
      ratePerS: isList ? null : (numberIn(instance, 'rate') ?? configuredRate(instance, windowS)),
      windowS,
    };
  };
}

/** Seconds that a set of windows covers, overlaps counted once. */
export function unionSeconds(windows: [number, number][]): number {
  let seconds = 0;
  let covered = -Infinity;
  for (const [from, to] of windows.toSorted((a, b) => a[0] - b[0])) {
    seconds += Math.max(0, to - Math.max(from, covered));
    covered = Math.max(covered, to);
  }
  return seconds;
}

function windowIn(window: unknown, durationS: number): [number, number] {
  const isWindow = Array.isArray(window) && window.length === 2 && window.every((end) => Number.isFinite(end));
  return isWindow ? [window[0] as number, Math.min(window[1] as number, durationS)] : [0, durationS];
}

function numberIn(record: Record<string, unknown>, key: string): number | null {
  const value = record[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function objectIn(record: Record<string, unknown>, key: string): Record<string, unknown> {
  const value = record[key];
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
