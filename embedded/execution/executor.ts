import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../common/errors.js';
import type { Guard } from '../../common/guard.js';
import type { PlatformFunction, RuntimeName } from '../functions.js';
import { nowNs } from '../timeline.js';
import type { Activation } from '../activations/activation.js';
import { openCodeStore } from './code.js';
import { createExpiry } from './expiry.js';
import { createFleet } from './fleet.js';
import type { Outcome } from './outcome.js';
import type { PoolAction, PoolLimits } from './pool/model.js';
import { createPool } from './pool/pool.js';
import type { Runtime, Runtimes } from './runtimes.js';
import { functionEnv, shapeOf } from './spec.js';

/** What the executor may use. */
export interface ExecutorLimits extends PoolLimits {
  /** how long a stop waits for what is being executed, ms */
  stopGraceMs: number;
}

export interface ExecutorOptions {
  runtimes: Runtimes;
  limits: ExecutorLimits;
  /** a temporary folder of the platform's own; short, since the names of sockets in it are limited to about 100 bytes */
  folder: string;
  guard: Guard;
}

/** Turns the pool's decisions into processes. */
export interface Executor {
  /** Whether an invocation of this function would be executed at once or may wait. */
  hasRoom(fn: PlatformFunction): boolean;
  /** Executes; the activation is told each step, its end, and its log. */
  submit(activation: Activation): void;
  /** Lays the code down, so that a broken archive is refused when it is uploaded. @throws UnzipError */
  prepare(fn: PlatformFunction): void;
  /** The function was changed or deleted. */
  retire(key: string): void;
  /** Ends all instances and waits until they are gone. What is executed then may end within the time of grace. */
  stop(): Promise<void>;
}

const STOPPING: Outcome = { kind: 'platform_failed', message: 'The platform is stopping.' };

/** Creates the executor; only what is to be prewarmed is started. */
export function createExecutor({ runtimes, limits, folder, guard }: ExecutorOptions): Executor {
  const prewarm = Object.fromEntries(Object.entries(limits.prewarm).filter(([name]) => name in runtimes));
  const pool = createPool<Activation>({ ...limits, prewarm });
  const fleet = createFleet(folder, guard, {
    started: (id) => apply(pool.started(id)),
    freed(id) {
      apply(pool.freed(id, nowNs() / 1e6));
      tellQuiet();
    },
    leaves: (id) => apply(pool.leaves(id)),
    gone(id, key, left) {
      if (key !== null) code.released(key);
      apply(pool.gone(id));
      // It was promised an instance that has ended: it waits for another.
      for (const work of left) enqueue(work as Activation);
      tellQuiet();
      if (fleet.size === 0) stopping?.();
    },
  });
  const code = openCodeStore(join(folder, 'code'), (key) => fleet.hasFunction(key));
  const expiry = createExpiry(pool.nextExpiryMs, (nowMs) => apply(pool.expire(nowMs)));
  let stopping: (() => void) | null = null;
  let quiet: (() => void) | null = null;

  function apply(actions: PoolAction<Activation>[]): void {
    for (const action of actions) {
      // A platform that stops starts nothing any more; what waited was refused.
      if (stopping !== null && action.act !== 'stop') continue;
      if (action.act === 'run') {
        action.job.assigned(action.instance);
        fleet.get(action.instance)!.run(action.job);
      } else if (action.act === 'stop') fleet.get(action.instance)?.kill();
      else if (action.act === 'prewarm') prewarmOne(action.instance, action.runtime as RuntimeName);
      else orderFor(action.instance, action.job, action.act);
    }
    expiry.plan();
  }

  /** An activation is given an instance: a fresh one, or a prewarmed one that becomes its function's. */
  function orderFor(id: number, activation: Activation, act: 'spawn' | 'adopt'): void {
    activation.assigned(id);
    activation.taken(nowNs());
    try {
      const { fn, faults } = activation;
      const runtime = runtimeOf(fn);
      const env = functionEnv(fn, id, code.lay(fn, runtime), faults);
      if (act === 'adopt') return fleet.adopt(id, env, activation);
      activation.spawned(nowNs());
      fleet.start(id, runtime, env, activation).run(activation);
    } catch (error) {
      activation.done({ kind: 'platform_failed', message: messageOf(error) }, nowNs());
      activation.logged([]);
      fleet.get(id)?.kill();
      if (!fleet.has(id)) apply(pool.gone(id));
    }
  }

  function prewarmOne(id: number, name: RuntimeName): void {
    try {
      fleet.start(id, runtimes[name]!, { FAASLAB_ENTRY: 'main', FAASLAB_PREWARMED: '1' }, null);
    } catch {
      apply(pool.gone(id));
    }
  }

  function runtimeOf(fn: PlatformFunction): Runtime {
    const runtime = runtimes[fn.runtime];
    if (runtime === undefined) throw new Error(`This machine has no ${fn.runtime}.`);
    return runtime;
  }

  /** Tells a stop that waits for it that nothing is executed any more. */
  function tellQuiet(): void {
    if (quiet !== null && !fleet.isBusy()) quiet();
  }

  function enqueue(activation: Activation): void {
    if (stopping === null) apply(pool.enqueue(shapeOf(activation.fn), activation));
    else refuse(activation);
  }

  function refuse(activation: Activation): void {
    activation.done(STOPPING, nowNs());
    activation.logged([]);
  }

  apply(pool.prewarm());
  return {
    hasRoom: (fn) => pool.hasRoom(shapeOf(fn)),
    submit: enqueue,
    prepare(fn) {
      const runtime = runtimes[fn.runtime];
      if (runtime !== undefined) code.lay(fn, runtime);
    },
    retire(key) {
      apply(pool.retire(key));
      code.retire(key);
    },
    async stop() {
      expiry.stop();
      const gone = new Promise<void>((resolve) => (stopping = resolve));
      pool.drain().forEach(refuse);
      const ended = new Promise<void>((resolve) => (quiet = resolve));
      tellQuiet();
      await Promise.race([ended, delay(limits.stopGraceMs, undefined, { ref: false })]);
      fleet.endAll(STOPPING);
      if (fleet.size > 0) await gone;
      await fleet.close();
    },
  };
}
