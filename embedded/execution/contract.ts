import type { ChildSpec } from './child.js';
import type { Outcome } from './outcome.js';

/** One invocation for an instance. */
export interface Work {
  activationId: string;
  /** JSON */
  payload: string;
  /** told to the runtime beside the event, by header of the Runtime API */
  headers: Readonly<Record<string, string>>;
  /** the instance waits this long before it begins, ms; 0 but on purpose */
  delayMs: number;
  /** the instance is killed so long after it was handed over; null but on purpose */
  crashAfterMs: number | null;
  /** an instance is free for it, or one was ordered for it */
  taken(ns: number): void;
  /** the invocation was handed over */
  running(ns: number): void;
  /** it has ended, and its process may still be there to be measured; called before done */
  ending(pid: number | undefined): void;
  /** how it ended; called once */
  done(outcome: Outcome, ns: number): void;
  /** what it wrote; called once, after done */
  logged(lines: string[]): void;
}

/** How to start an instance. */
export interface InstanceSpec extends ChildSpec {
  socketPath: string;
  /** what ends the log of an invocation */
  logMark: string;
  /** added to the times of log lines */
  clockSkewMs: number;
  /** time for loading the function, and again for each invocation, ms */
  timeoutMs: number;
  logLimitBytes: number;
  answerLimitBytes: number;
  /** an error that the function raised ends the instance, as in OpenWhisk; in Lambda it lives on */
  endsAfterError: boolean;
}

export interface InstanceEvents {
  ready(ns: number): void;
  loaded(ns: number): void;
  /** it has answered and will take more work */
  freed(): void;
  /** its process has ended; `left` was given to it and never begun. The last event */
  gone(left: Work | null): void;
}

/** A process that executes one function, one invocation at a time. */
export interface Instance {
  pid: number | undefined;
  /** Gives it work: once at its start, then once for each `freed`. It begins when the log of the work before is complete. */
  run(work: Work): void;
  /** Ends it with everything that it started. */
  kill(): void;
}
