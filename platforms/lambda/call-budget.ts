import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until the next call may be made. */
export type CallBudget = () => Promise<void>;

/** Calls at most so often: what is allowed is shared by everybody in the account and Region. */
export function callBudget(perSecond: number): CallBudget {
  let nextMs = 0;
  return async () => {
    const nowMs = performance.now();
    const dueMs = Math.max(nowMs, nextMs);
    nextMs = dueMs + 1000 / perSecond;
    // A timer may fire a millisecond early.
    for (let restMs = dueMs - nowMs; restMs > 0; restMs = dueMs - performance.now()) await sleep(Math.ceil(restMs));
  };
}
