import type { ClockReading, MonitoredHost, MonitorOutcome } from '../records/manifest.js';

/** What all monitors of a run are told of it. */
export interface WatchPlace {
  runDirectory: string;
  /** of the test; scripts get whole seconds, rounded up, as their first argument */
  durationS: number;
  /** ends what still tries to begin */
  stop: AbortSignal;
  /** whoever raises it waits for nothing more, not even for files from other hosts */
  stopNow?: AbortSignal;
  /** of the embedded platform that was started for this run: its workers are watched, and no other's */
  platformPid?: number | undefined;
}

/** One host (or cluster) under watch. Starting and ending never reject: a monitor that fails is reported and harms no run. */
export interface Watch {
  host: WatchedHost;
  /** how each monitor ended so far */
  outcomes: WatchOutcome[];
  /** those that have begun and not ended: were we killed, the manifest would tell of them all the same */
  running(): WatchOutcome[];
  /** what the user should know although nothing failed, one sentence each */
  notes: string[];
  /** Waits until its monitors have ended, at most so long and not beyond a stop, ends what is left, and brings their files home. */
  end(graceMs: number, stop?: AbortSignal): Promise<void>;
}

export interface WatchedHost extends Omit<MonitoredHost, 'clock'> {
  clock: ClockPair[];
}

/** One moment on two clocks. */
export interface ClockPair {
  /** on the axis of `monotonicMs()` */
  monotonicMs: number;
  /** the host's wall clock, epoch milliseconds */
  epochMs: number;
  uncertaintyMs: number;
}

export interface WatchOutcome extends Omit<MonitorOutcome, 'start_ms' | 'host' | 'message'> {
  /** of what tells a time of the run, which has its zero only later, a function */
  message: string | null | ((zero: PlanZero) => string);
  /** when it was started, on the axis of `monotonicMs()`; null where it never was */
  startedMs: number | null;
}

/** Plan zero: the same moment on the monotonic and on the wall clock of the invoker. */
export interface PlanZero {
  monotonicMs: number;
  epochMs: number;
}

/** As the manifest records it: on the run's own axis. */
export function recordedHost({ clock, ...host }: WatchedHost, zero: PlanZero): MonitoredHost {
  return { ...host, clock: clock.map((pair) => recordedClock(pair, zero)) };
}

function recordedClock({ monotonicMs, epochMs, uncertaintyMs }: ClockPair, zero: PlanZero): ClockReading {
  const atMs = monotonicMs - zero.monotonicMs;
  return {
    at_ms: microseconds(atMs),
    offset_ms: microseconds(epochMs - (zero.epochMs + atMs)),
    uncertainty_ms: microseconds(uncertaintyMs),
  };
}

/** As the manifest records it: on the run's own axis. */
export function recordedOutcome(
  { startedMs, message, ...outcome }: WatchOutcome,
  host: string,
  zero: PlanZero,
): MonitorOutcome {
  return {
    ...outcome,
    message: typeof message === 'function' ? message(zero) : message,
    host,
    start_ms: startedMs === null ? null : microseconds(startedMs - zero.monotonicMs),
  };
}

function microseconds(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
