import { nowNs } from '../timeline.js';

/** A timer for the end of what is idle: there is never more than one, however often instances become idle and busy. */
export interface Expiry {
  /** Plans the next end, where none is planned. */
  plan(): void;
  stop(): void;
}

/**
 * @param nextMs when something ends next, by the monotonic clock, ms; null = nothing is idle
 * @param expire ends what is over, and may plan anew
 */
export function createExpiry(nextMs: () => number | null, expire: (nowMs: number) => void): Expiry {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  function pass(): void {
    timer = undefined;
    expire(nowNs() / 1e6);
  }
  return {
    plan() {
      if (timer !== undefined || stopped) return;
      const next = nextMs();
      if (next !== null) timer = setTimeout(pass, Math.max(1, next - nowNs() / 1e6 + 1)).unref();
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
