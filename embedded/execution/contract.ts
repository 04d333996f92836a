import type { Phase } from '../faults/plan.js';
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
  /** the instance has waited so long on purpose */
  waited(phase: Phase, ns: number): void;
  /** it has ended, and its process may still be there to be asked for its largest size, bytes; called before done */
  ending(peakMemory: () => number | null): void;
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
  answerLimitBytes: number;
}

/** How an instance executes its function. */
export interface ServiceSpec {
  /** added to the times of log lines */
  clockSkewMs: number;
  /** time for loading the function, and again for each invocation, ms */
  timeoutMs: number;
  logLimitBytes: number;
  /** resident memory of all its processes that it may use */
  memoryLimitMb: number;
  /** an error that the function raised ends the instance, as in OpenWhisk; in Lambda it lives on */
  endsAfterError: boolean;
  /** invocations that it executes at a time */
  concurrency: number;
}

export interface InstanceEvents {
  /** its runtime runs: it loads its function, or waits for one; told again when a waiting one was given its function */
  ready(ns: number): void;
  loaded(ns: number): void;
  /** it has answered and will take more work */
  freed(): void;
  /** it takes no more work and ends when it has answered what it has */
  leaves(): void;
  /** its process has ended; what `left` holds was given to it and never begun. The last event */
  gone(left: readonly Work[]): void;
}

/** A process that executes one function. */
export interface Instance {
  pid: number | undefined;
  /**
   * Gives it work: once at its start, and once for each place that is free. It begins when the log of the work before it in
   * that place is complete.
   */
  run(work: Work): void;
  /** Makes a prewarmed instance that of a function. @param env what the runtime needs to know of the function */
  adopt(service: ServiceSpec, env: NodeJS.ProcessEnv, work: Work): void;
  /** Whether it executes something that has not answered. */
  isBusy(): boolean;
  /** It has used more memory than it may. */
  exhausted(): void;
  /** Ends it with everything that it started; what it executes ends so. */
  end(outcome: Outcome): void;
  /** Ends it with everything that it started. */
  kill(): void;
}
