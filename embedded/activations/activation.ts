import { randomUUID } from 'node:crypto';
import type { ActivationFaults, Wait } from '../faults/plan.js';
import type { Outcome } from '../execution/outcome.js';
import type { Work } from '../execution/contract.js';
import type { PlatformFunction } from '../functions.js';
import type { Timeline } from '../timeline.js';

/** One execution on its way: what the executor tells it becomes its timeline. */
export interface Activation extends Work {
  readonly fn: PlatformFunction;
  readonly timeline: Timeline;
  /** the instance that executes it, once chosen */
  readonly instance: number | null;
  /** that instance had been started before, without a function */
  readonly prewarmed: boolean;
  readonly outcome: Outcome | null;
  readonly logs: readonly string[];
  /** the largest resident size of its instance until its end; null where nobody could read it, and for OpenWhisk, which does not tell it */
  readonly peakMemoryBytes: number | null;
  /** the sequence that it is a component of */
  readonly cause: string | null;
  /** the package binding by which it was called: `guest/bound` */
  readonly binding: string | null;
  /** what is to be done to it on purpose */
  readonly faults: ActivationFaults;
  /** how much longer it really took, as it was measured, ns; what did not come to its end is not there */
  readonly addedNs: Readonly<Partial<Record<Wait, number>>>;
  waited(what: Wait, ns: number): void;
  enqueued(ns: number): void;
  /** the pool chose this instance for it */
  assigned(instance: number): void;
  /** what the pool chose was prewarmed: nothing is spawned for it */
  adoptedPrewarmed(): void;
  spawned(ns: number): void;
  ready(ns: number): void;
  loaded(ns: number): void;
}

export interface ActivationEvents {
  done(activation: Activation): void;
  logged(activation: Activation): void;
}

/** What a caller may say of an invocation. */
export interface InvocationDetails {
  /** Lambda's is a UUID, and the attempts of an Event share it; by default a fresh one of OpenWhisk's */
  activationId?: string;
  headers?: Readonly<Record<string, string>>;
  /** the sequence that it is a component of: it counts as in flight, but not against the rate, which has counted the sequence */
  cause?: string;
  /** the package binding by which it was called: `guest/bound` */
  binding?: string | null;
}

/** 32 hexadecimal digits, as OpenWhisk's. */
export function newActivationId(): string {
  return randomUUID().replaceAll('-', '');
}

/**
 * An activation that has just been accepted.
 * @param payload the event, as JSON text
 * @param acceptNs when its request reached the front
 * @param faults   what is done to it on purpose
 */
export function createActivation(
  fn: PlatformFunction,
  payload: string,
  acceptNs: number,
  faults: ActivationFaults,
  events: ActivationEvents,
  { activationId = newActivationId(), headers = {}, cause, binding = null }: InvocationDetails = {},
): Activation {
  const timeline: Timeline = {
    accept: acceptNs,
    enqueue: acceptNs,
    dequeue: null,
    spawn: null,
    ready: null,
    loaded: null,
    run: null,
    done: null,
    answered: null,
    recordSkewMs: faults.clockSkewMs,
  };
  const addedNs: Partial<Record<Wait, number>> = {};
  const activation = {
    activationId,
    fn,
    payload,
    headers,
    timeline,
    faults,
    delayMs: faults.added.run,
    crashAfterMs: faults.crashAfterMs,
    addedNs,
    waited: (what: Wait, ns: number) => void (addedNs[what] = (addedNs[what] ?? 0) + ns),
    instance: null as number | null,
    prewarmed: false,
    outcome: null as Outcome | null,
    logs: [] as readonly string[],
    peakMemoryBytes: null as number | null,
    cause: cause ?? null,
    binding,
    enqueued: (ns: number) => void (timeline.enqueue = ns),
    assigned: (instance: number) => void (activation.instance = instance),
    taken: (ns: number) => void (timeline.dequeue = ns),
    adoptedPrewarmed: () => void (activation.prewarmed = true),
    spawned: (ns: number) => void (timeline.spawn = ns),
    ready: (ns: number) => void (timeline.ready = ns),
    loaded: (ns: number) => void (timeline.loaded = ns),
    running: (ns: number) => void (timeline.run = ns),
    ending(peakMemory: () => number | null) {
      if (fn.face === 'lambda') activation.peakMemoryBytes = peakMemory();
    },
    done(outcome: Outcome, ns: number) {
      activation.outcome = outcome;
      timeline.done = ns;
      events.done(activation);
    },
    logged(lines: string[]) {
      activation.logs = lines;
      events.logged(activation);
    },
  };
  return activation;
}
