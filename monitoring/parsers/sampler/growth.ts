import type { Sample } from './line.js';

/**
 * Over less than this no rate is told. The kernel counts CPU time in ticks of 10 ms: 3 ms before a process is ended one tick
 * more would read as 333 % of a core, and of a core's own modes the one that was running would have all. Over 50 ms, half of
 * the shortest rhythm of the sampler, a tick is a fifth of a core.
 */
const SHORTEST_MS = 50;

/** @see SHORTEST_MS */
export function isTooShort(seconds: number): boolean {
  return intervalMs(seconds) < SHORTEST_MS;
}

/** What a counter has grown by; null where it is not known twice, or has gone back (a reboot, a new thing of the same name). */
export function growth(before: number | null | undefined, now: number | null | undefined): number | null {
  if (before === null || before === undefined || now === null || now === undefined) return null;
  return now >= before ? now - before : null;
}

/** @returns what a counter has grown by in a second */
export function perSecond(grown: number | null, seconds: number): number | null {
  return grown === null ? null : grown / seconds;
}

/** What the column `interval_ms` holds: clocks tell microseconds. */
export function intervalMs(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e3;
}

/** Of a time in microseconds, in % of the time that has passed. */
export function percentOfTime(grownUs: number | null, seconds: number): number | null {
  return grownUs === null ? null : grownUs / (seconds * 10_000);
}

/** Pressure and busy time are shares of time, but are read a moment after the clock: what exceeds 100 % is that moment. */
export function atMostAll(percent: number | null): number | null {
  return percent === null ? null : Math.min(percent, 100);
}

/** What is known only in part is not known. @returns null where one is null, or there is none */
export function sum(values: readonly (number | null)[]): number | null {
  if (values.length === 0) return null;
  let all = 0;
  for (const value of values) {
    if (value === null) return null;
    all += value;
  }
  return all;
}

/** A clock that is set by more than this between two samples is told by the host's uptime (which has hundredths only). */
const CLOCK_SET_S = 0.05;

/** Seconds between two samples. @returns null where the second is not of the same boot, or not after the first */
export function secondsBetween(before: Sample, now: Sample): number | null {
  const byClock = (now.epochUs - before.epochUs) / 1e6;
  if (before.uptimeS === null || now.uptimeS === null) return byClock > 0 ? byClock : null;
  const byUptime = now.uptimeS - before.uptimeS;
  const seconds = Math.abs(byClock - byUptime) > CLOCK_SET_S ? byUptime : byClock;
  return byUptime >= 0 && seconds > 0 ? seconds : null;
}
