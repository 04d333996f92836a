import { nowNs } from '../../timeline.js';
import type { Invocation } from '../../platform.js';
import { isFailure } from './answer.js';
import type { LambdaFace } from './face.js';
import { startExecution, type Start } from './start.js';

/** The queue of Events: accepted now, executed when there is room, and again when they failed. */
export interface EventQueue {
  /** Takes an Event. Its acceptance may be told once it has `entered`, which is at once where it must wait for room. */
  accept(name: string, event: Start): { entered: Promise<void>; answered(ns: number): void };
  /** Starts what there is room for. */
  advance(): void;
  /** Nothing more is started; what waits is lost. @returns how many that are, by function */
  close(): ReadonlyMap<string, number>;
}

interface Waiting {
  name: string;
  event: Start;
  /** when its acceptance left; null = not yet, or an attempt that nobody asked for */
  answeredNs: number | null;
  /** of the attempt that was started last */
  invocation: Invocation | null;
  /** attempts that failed */
  failures: number;
}

/** How long the queue waits when the platform refuses: too many wait for an instance, or on purpose. */
const REFUSED_PAUSE_MS = 1_000;

/**
 * Events in the order in which they came, for each function. One that fails is executed again with the same request id:
 * as often as there are waits, each so long after the failure.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export function createEventQueue(face: LambdaFace, retryWaitsMs: readonly number[]): EventQueue {
  const queues = new Map<string, Waiting[]>();
  const timers = new Set<NodeJS.Timeout>();
  /** Events that wait for another attempt */
  const failed = new Set<Waiting>();
  let closed = false;

  function later(ms: number, then: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      then();
    }, ms);
    timers.add(timer);
  }
  function enqueue(waiting: Waiting): void {
    const queue = queues.get(waiting.name);
    if (queue === undefined) queues.set(waiting.name, [waiting]);
    else queue.push(waiting);
    advance();
  }
  function advance(): void {
    if (closed) return;
    for (const [name, queue] of queues) {
      while (queue.length > 0) if (!startFirst(name, queue)) break;
      if (queue.length === 0) queues.delete(name);
    }
  }
  /** @returns false if it must wait */
  function startFirst(name: string, queue: Waiting[]): boolean {
    const stored = face.catalog.functions.get(name);
    // A function that was deleted takes its events with it.
    if (stored === undefined) return queue.splice(0).length > 0;
    if (face.admission.admit(stored) !== null) return false;
    const waiting = queue.shift()!;
    const invocation = startExecution(face, stored, waiting.event);
    if ('refused' in invocation) {
      queue.unshift(waiting);
      later(REFUSED_PAUSE_MS, advance);
      return false;
    }
    waiting.invocation = invocation;
    invocation.activation.timeline.answered = waiting.answeredNs;
    void invocation.ended.then((outcome) => {
      const waitMs = retryWaitsMs[waiting.failures];
      if (!isFailure(outcome) || waitMs === undefined || closed) return;
      failed.add(waiting);
      later(waitMs, () => {
        failed.delete(waiting);
        const event = { ...waiting.event, acceptNs: nowNs() };
        enqueue({ name, event, answeredNs: null, invocation: null, failures: waiting.failures + 1 });
      });
    });
    return true;
  }

  return {
    accept(name, event) {
      const waiting: Waiting = { name, event, answeredNs: null, invocation: null, failures: 0 };
      enqueue(waiting);
      return {
        entered: waiting.invocation?.entered ?? Promise.resolve(),
        answered(ns) {
          waiting.answeredNs = ns;
          if (waiting.invocation !== null) waiting.invocation.activation.timeline.answered = ns;
        },
      };
    },
    advance,
    close() {
      closed = true;
      timers.forEach(clearTimeout);
      timers.clear();
      const lost = new Map<string, number>();
      for (const { name } of [...queues.values(), failed].flatMap((waiting) => [...waiting])) {
        lost.set(name, (lost.get(name) ?? 0) + 1);
      }
      return lost;
    },
  };
}
