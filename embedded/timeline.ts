/**
 * When each step of one activation happened, in nanoseconds of the machine's monotonic clock, each read by the process that
 * took the step: ready, loaded and done (of a function that answers) by its instance, all others by the platform. Null where a step did not happen: a warm activation has no
 * spawn, ready and loaded, one that got a prewarmed instance no spawn.
 */
export interface Timeline {
  /** its request reached the front */
  accept: number;
  enqueue: number;
  /** an instance was chosen, or one was ordered for it */
  dequeue: number | null;
  spawn: number | null;
  /** the runtime runs and has not loaded the function yet; a prewarmed one: it was told which */
  ready: number | null;
  /** the function is loaded and asks for work */
  loaded: number | null;
  /** the invocation was handed over */
  run: number | null;
  done: number | null;
  /** just before the answer left for the client; an acceptance (202) counts, and then lies before done */
  answered: number | null;
  /** by how much the clock that stamps the record is ahead of the front's; 0 but on purpose, ms */
  recordSkewMs: number;
}

/** Nanoseconds of the machine's monotonic clock; exact to a nanosecond for the first 104 days of its uptime, to two after. */
export function nowNs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e9 + nanoseconds;
}

/** Epoch milliseconds of the monotonic clock's zero, read once: every time that the platform shows is monotonic from there. */
export const zeroEpochMs = performance.timeOrigin + performance.now() - nowNs() / 1e6;

/** A monotonic time as epoch milliseconds, with fraction. */
export function epochMsOf(ns: number): number {
  return zeroEpochMs + ns / 1e6;
}

/** Whether an instance was started, or a prewarmed one given its function, for this activation. */
export function isCold({ spawn, ready }: Timeline): boolean {
  return spawn !== null || ready !== null;
}

/** OpenWhisk's times of an activation, whole milliseconds. */
export interface ActivationTimes {
  start: number;
  end: number;
  /** end − start: contains the init */
  duration: number;
  /** null when nothing ever ran */
  waitTime: number | null;
  /** null when warm */
  initTime: number | null;
}

/**
 * OpenWhisk's times, from the timeline alone. start = ready (cold) or dequeue (warm), end = done, wait = accept → start,
 * init = ready → loaded (a failed load: → done). As in the real system every difference is one of whole epoch
 * milliseconds, so that duration = end − start and initTime ≤ duration hold exactly.
 */
export function timesOf(timeline: Timeline): ActivationTimes {
  const wholeMs = (ns: number) => Math.floor(epochMsOf(ns) + timeline.recordSkewMs);
  const done = wholeMs(timeline.done ?? timeline.accept);
  const cold = isCold(timeline);
  const began = cold ? timeline.ready : timeline.dequeue;
  if (began === null) return { start: done, end: done, duration: 0, waitTime: null, initTime: null };
  const start = wholeMs(began);
  return {
    start,
    end: done,
    duration: done - start,
    waitTime: start - wholeMs(timeline.accept),
    initTime: cold ? wholeMs(timeline.loaded ?? timeline.done ?? began) - start : null,
  };
}
