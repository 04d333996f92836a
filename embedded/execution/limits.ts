/** OpenWhisk's rate limits of a namespace; null = none. */
export interface RateLimits {
  invocationsPerMinute: number | null;
  concurrentInvocations: number | null;
}

/** Decides whether an invocation may start. */
export interface Throttle {
  /** OpenWhisk's sentence for the refusal, or null when it may start; then `ended` must be called once. */
  admit(epochMs: number): string | null;
  /** A component of an admitted sequence begins: it is in flight, but no request of its own; `ended` must be called once. */
  began(): void;
  /** Counts a call that is refused for another reason; the sentence is that of the first limit. */
  refuse(epochMs: number): string;
  ended(): void;
}

/**
 * OpenWhisk's two limits: the window is the calendar minute, and refused calls count towards it; what is in flight is
 * counted from admission to the end of the execution.
 */
export function createThrottle({ invocationsPerMinute, concurrentInvocations }: RateLimits): Throttle {
  let minute = -1;
  let count = 0;
  let inFlight = 0;
  function countCall(epochMs: number): void {
    const now = Math.floor(epochMs / 60_000);
    if (now !== minute) [minute, count] = [now, 0];
    count += 1;
  }
  return {
    refuse(epochMs) {
      countCall(epochMs);
      return tooMany(count, Math.min(count - 1, invocationsPerMinute ?? Infinity));
    },
    admit(epochMs) {
      countCall(epochMs);
      if (invocationsPerMinute !== null && count > invocationsPerMinute) return tooMany(count, invocationsPerMinute);
      if (concurrentInvocations !== null && inFlight >= concurrentInvocations) {
        return `Too many concurrent requests in flight (count: ${inFlight}, allowed: ${concurrentInvocations}).`;
      }
      inFlight += 1;
      return null;
    },
    began: () => void (inFlight += 1),
    ended: () => void (inFlight -= 1),
  };
}

/** OpenWhisk's sentence for a queue that takes no more: it has one for all that is too many at one time. */
export function tooManyWaiting(allowed: number): string {
  return `Too many concurrent requests in flight (count: ${allowed}, allowed: ${allowed}).`;
}

function tooMany(count: number, allowed: number): string {
  return `Too many requests in the last minute (count: ${count}, allowed: ${allowed}).`;
}
