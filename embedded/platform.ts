import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Activation, ActivationEvents } from './activations/activation.js';
import { createActivation, type InvocationDetails } from './activations/activation.js';
import type { ActivationStore } from './activations/store.js';
import { createExecutor, type Executor, type ExecutorOptions } from './execution/executor.js';
import { createThrottle, tooManyWaiting, type Throttle } from './execution/limits.js';
import type { Faults } from './faults/faults.js';
import { createHolds } from './faults/holds.js';
import type { Wait } from './faults/plan.js';
import type { Outcome } from './execution/outcome.js';
import type { PlatformFunction } from './functions.js';
import type { Settings } from './settings.js';
import { nowNs } from './timeline.js';

/** An invocation that was accepted. */
export interface Invocation {
  activation: Activation;
  /** it is through the front: what only acknowledges it may be answered */
  entered: Promise<void>;
  /** how the execution ended; never rejects */
  ended: Promise<Outcome>;
  /** its log is complete, a moment after its end; never rejects */
  logged: Promise<readonly string[]>;
}

/** The platform behind all protocols: executes functions and remembers their activations. */
export interface Platform {
  readonly settings: Settings;
  readonly runtimes: ExecutorOptions['runtimes'];
  readonly activations: ActivationStore;
  /**
   * Accepts an invocation, unless a limit refuses it.
   * @param payload the event, as JSON text
   * @param acceptNs when its request arrived
   * @returns the invocation, or OpenWhisk's sentence for the refusal
   */
  invoke(
    fn: PlatformFunction,
    payload: string,
    acceptNs: number,
    details?: InvocationDetails,
  ): Invocation | { refused: string };
  /** Counts a request of OpenWhisk that executes nothing by itself, a sequence's; null, or OpenWhisk's sentence for the refusal. */
  admit(): string | null;
  /** Makes a new or changed function ready to be invoked. @throws UnzipError */
  prepare(fn: PlatformFunction): void;
  /** Instances of this function take no more work. */
  retire(key: string): void;
  /** Ends all instances; every activation is recorded. What is executed may end within the time of grace. */
  stop(): Promise<void>;
}

/** Creates the platform; nothing runs until something is invoked. */
export function createPlatform(
  settings: Settings,
  activations: ActivationStore,
  execution: Omit<ExecutorOptions, 'limits'>,
  faults: Faults,
): Platform {
  const executor: Executor = createExecutor({ ...execution, limits: settings.pool });
  // Lambda counts concurrency by itself, and knows nothing of OpenWhisk's limits.
  const throttles: Record<PlatformFunction['face'], Throttle> = {
    openwhisk: createThrottle(settings.limits),
    lambda: createThrottle({ invocationsPerMinute: null, concurrentInvocations: null }),
  };
  const { hold, release } = createHolds();
  let stopped: Promise<void> | null = null;

  /** It takes longer on purpose, and is told by how much it really was. */
  function wait(activation: Activation, what: Wait, ms: number, goOn: () => void): void {
    hold(ms, (heldNs) => {
      if (heldNs > 0) activation.waited(what, heldNs);
      goOn();
    });
  }
  /** A stalled front lets nothing through, in either direction. */
  function throughFront(activation: Activation, phase: 'front' | 'respond', goOn: () => void): void {
    wait(activation, 'stalled', faults.stalledForMs(nowNs() / 1e6), () =>
      wait(activation, phase, activation.faults.added[phase], goOn),
    );
  }
  function execute(activation: Activation): void {
    if (!activation.faults.fails) return executor.submit(activation);
    activation.done({ kind: 'platform_failed', message: 'Failed to provision resources to run the action.' }, nowNs());
    activation.logged([]);
  }

  return {
    settings,
    runtimes: execution.runtimes,
    activations,
    admit() {
      const refused = throttles.openwhisk.admit(Date.now());
      if (refused === null) throttles.openwhisk.ended();
      return refused;
    },
    invoke(fn, payload, acceptNs, details) {
      const throttle = throttles[fn.face];
      const met = faults.draw(fn.name);
      if (met === 'throttled') return { refused: throttle.refuse(Date.now()) };
      const refused = details?.cause === undefined ? throttle.admit(Date.now()) : (throttle.began(), null);
      if (refused !== null) return { refused };
      if (!executor.hasRoom(fn)) {
        throttle.ended();
        return { refused: tooManyWaiting(settings.pool.queueLimit!) };
      }
      let end!: (outcome: Outcome) => void;
      const ended = new Promise<Outcome>((resolve) => (end = resolve));
      let completeLog!: (lines: readonly string[]) => void;
      const logged = new Promise<readonly string[]>((resolve) => (completeLog = resolve));
      const events: ActivationEvents = {
        done(finished) {
          throttle.ended();
          throughFront(finished, 'respond', () => end(finished.outcome!));
        },
        logged(finished) {
          completeLog(finished.logs);
          // A record never appears before its caller could be answered.
          void ended.then(() => wait(finished, 'record_delay', met.recordDelayMs, () => activations.add(finished)));
        },
      };
      const activation = createActivation(fn, payload, acceptNs, met, events, details);
      let enter!: () => void;
      const entered = new Promise<void>((resolve) => (enter = resolve));
      throughFront(activation, 'front', () => {
        enter();
        activation.enqueued(nowNs());
        wait(activation, 'queue', met.added.queue, () => execute(activation));
      });
      return { activation, entered, ended, logged };
    },
    prepare: (fn) => executor.prepare(fn),
    retire: (key) => executor.retire(key),
    async stop() {
      stopped ??= executor.stop();
      release();
      await stopped;
      // What went on may wait for its next step.
      await nextTurn();
      release();
    },
  };
}
