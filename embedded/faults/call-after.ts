import { nowNs } from '../timeline.js';

/** Timers take no longer times; what is left is waited for after it. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Calls back after so many milliseconds of the monotonic clock, at the earliest. A timer waits for the whole ones: it knows no
 * fractions, and may fire up to one early. The rest, less than one mostly, is waited for turn by turn of the event loop, so
 * that everything else goes on meanwhile.
 *
 * @returns what cancels it
 */
export function callAfter(ms: number, call: () => void): () => void {
  const dueNs = nowNs() + ms * 1e6;
  let timer: NodeJS.Timeout | undefined;
  let turn: NodeJS.Immediate | undefined;
  function wait(): void {
    const leftMs = (dueNs - nowNs()) / 1e6;
    if (leftMs >= 1) timer = setTimeout(check, Math.min(Math.floor(leftMs), LONGEST_TIMER_MS));
    else turn = setImmediate(check);
  }
  function check(): void {
    if (nowNs() < dueNs) wait();
    else call();
  }
  wait();
  return () => {
    clearTimeout(timer);
    clearImmediate(turn);
  };
}
