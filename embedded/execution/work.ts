import type { Outcome } from './outcome.js';

/** One invocation for an instance. */
export interface Work {
  activationId: string;
  /** JSON */
  payload: string;
  /** an instance is free for it, or one was ordered for it */
  taken(ns: number): void;
  /** the invocation was handed over */
  running(ns: number): void;
  /** how it ended; called once */
  done(outcome: Outcome, ns: number): void;
  /** what it wrote; called once, after done */
  logged(lines: string[]): void;
}
