import { setTimeout as pause } from 'node:timers/promises';
import { monotonicMs } from '../common/clock.js';

/**
 * Asks again and again until something is there.
 * @returns after how many ms it was, null where not within `waitMs`
 */
export async function untilThere(
  isThere: () => Promise<boolean>,
  { waitMs, pauseMs }: { waitMs: number; pauseMs: number },
): Promise<number | null> {
  const began = monotonicMs();
  for (;;) {
    if (await isThere()) return Math.round(monotonicMs() - began);
    if (monotonicMs() - began > waitMs) return null;
    await pause(pauseMs);
  }
}
