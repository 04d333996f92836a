/** Where latency can be added: the steps of the timeline, in their order. */
export const PHASES = ['front', 'queue', 'spawn', 'init', 'run', 'respond'] as const;
export type Phase = (typeof PHASES)[number];

/** What can take longer on purpose: a phase, the way through a stalled front (in and out), the record. */
export type Wait = Phase | 'stalled' | 'record_delay';

/** How long something takes, ms: always the same, or drawn anew each time. */
export type Delay =
  | { distribution: 'constant'; ms: number }
  /** from `low` to `high` */
  | { distribution: 'uniform'; low: number; high: number }
  | { distribution: 'exponential'; mean: number }
  /** `sigma` of the logarithm */
  | { distribution: 'lognormal'; median: number; sigma: number }
  /** tail index `alpha`: the smaller, the heavier */
  | { distribution: 'pareto'; least: number; alpha: number };

/** Whom a fault meets. */
export interface Reach {
  /** a function by its name, `hello` or `pkg/hello`; null = all */
  function: string | null;
  /** of each invocation, from 0 to 1 */
  probability: number;
}

/** What goes wrong on purpose. */
export interface FaultPlan {
  seed: number;
  latency: (Reach & { phase: Phase; delay: Delay })[];
  /** the platform's own failure instead of an execution */
  errors: Reach[];
  /** refused as if a limit were exceeded */
  throttles: Reach[];
  /** the instance is killed this long after it was given the invocation */
  crashes: (Reach & { after: Delay })[];
  /** the front lets nothing in and nothing out, counted from the first invocation */
  stalls: { atMs: number; forMs: number }[];
  records: {
    lost: Reach[];
    delayed: (Reach & { delay: Delay })[];
    duplicated: Reach[];
  };
  /** the clock of the records minus that of the front, ms */
  clockSkewMs: number;
}

/** What goes wrong with one activation. */
export interface ActivationFaults {
  /** asked to be added to each phase, ms */
  added: Readonly<Record<Phase, number>>;
  fails: boolean;
  /** null = it does not crash */
  crashAfterMs: number | null;
  record: 'kept' | 'lost' | 'duplicated';
  /** its record appears this much later */
  recordDelayMs: number;
  clockSkewMs: number;
}

/** An activation that nothing is done to. */
export const NO_FAULTS: ActivationFaults = {
  added: { front: 0, queue: 0, spawn: 0, init: 0, run: 0, respond: 0 },
  fails: false,
  crashAfterMs: null,
  record: 'kept',
  recordDelayMs: 0,
  clockSkewMs: 0,
};
