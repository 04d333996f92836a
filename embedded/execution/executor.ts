import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../common/errors.js';
import type { Guard } from '../../common/guard.js';
import type { PlatformFunction, RuntimeName } from '../functions.js';
import { nowNs } from '../timeline.js';
import type { Activation } from '../activations/activation.js';
import { clearCode, layCode } from './code.js';
import type { Instance, ServiceSpec, Work } from './contract.js';
import { startInstance } from './instance.js';
import type { PoolAction, PoolLimits } from './pool/model.js';
import { createPool } from './pool/pool.js';
import { startWarden } from './processes/warden.js';
import type { Runtime, Runtimes } from './runtimes.js';
import { functionEnv, instanceFolder, instanceSpec, serviceSpec, shapeOf } from './spec.js';

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

interface Running {
  instance: Instance;
  /** the function that it executes; null = prewarmed */
  key: string | null;
  /** what it was ordered for: its cold start is told to that */
  orderedFor: Activation | null;
}

/** Creates the executor; only what is to be prewarmed is started. */
export function createExecutor({ runtimes, limits, folder, guard }: ExecutorOptions): Executor {
  const prewarm = Object.fromEntries(Object.entries(limits.prewarm).filter(([name]) => name in runtimes));
  const pool = createPool<Activation>({ ...limits, prewarm });
  const running = new Map<number, Running>();
  /** functions whose code goes with their last instance */
  const retired = new Set<string>();
  const codeRoot = join(folder, 'code');
  const warden = startWarden((group) => {
    for (const { instance } of running.values()) if (instance.pid === group) instance.exhausted();
  });
  let expiry: NodeJS.Timeout | undefined;
  let stopping: (() => void) | null = null;
  let quiet: (() => void) | null = null;
  mkdirSync(codeRoot, { recursive: true });

  function apply(actions: PoolAction<Activation>[]): void {
    for (const action of actions) {
      // A platform that stops starts nothing any more; what waited was refused.
      if (stopping !== null && action.act !== 'stop') continue;
      if (action.act === 'run') {
        action.job.assigned(action.instance);
        running.get(action.instance)!.instance.run(action.job);
      } else if (action.act === 'stop') running.get(action.instance)?.instance.kill();
      else if (action.act === 'spawn') spawnFor(action.instance, action.job);
      else if (action.act === 'adopt') adopt(action.instance, action.job);
      else prewarmOne(action.instance, action.runtime as RuntimeName);
    }
    planExpiry();
  }

  function spawnFor(id: number, activation: Activation): void {
    attempt(id, activation, () => {
      const { fn, faults } = activation;
      const runtime = runtimeOf(fn);
      const env = functionEnv(fn, id, layCode(codeRoot, fn, runtime), faults);
      activation.spawned(nowNs());
      const { instance } = start(id, runtime, env, activation);
      watchMemory(instance, fn);
      instance.run(activation);
    });
  }

  function adopt(id: number, activation: Activation): void {
    attempt(id, activation, () => {
      const { fn, faults } = activation;
      const env = functionEnv(fn, id, layCode(codeRoot, fn, runtimeOf(fn)), faults);
      const adopted = running.get(id)!;
      Object.assign(adopted, { key: fn.key, orderedFor: activation });
      activation.adoptedPrewarmed();
      watchMemory(adopted.instance, fn);
      adopted.instance.adopt(serviceSpec(fn, faults), env, activation);
    });
  }

  function prewarmOne(id: number, name: RuntimeName): void {
    try {
      start(id, runtimes[name]!, { FAASLAB_ENTRY: 'main', FAASLAB_PREWARMED: '1' }, null);
    } catch {
      apply(pool.gone(id));
    }
  }

  /** What an activation was given an instance for, and what becomes of it when that cannot be. */
  function attempt(id: number, activation: Activation, act: () => void): void {
    activation.assigned(id);
    activation.taken(nowNs());
    try {
      act();
    } catch (error) {
      activation.done({ kind: 'platform_failed', message: messageOf(error) }, nowNs());
      activation.logged([]);
      running.get(id)?.instance.kill();
      if (!running.has(id)) apply(pool.gone(id));
    }
  }

  function start(id: number, runtime: Runtime, env: NodeJS.ProcessEnv, activation: Activation | null): Running {
    const own = instanceFolder(folder, id);
    mkdirSync(own, { recursive: true });
    const service: ServiceSpec | null = activation === null ? null : serviceSpec(activation.fn, activation.faults);
    const spec = instanceSpec(runtime, own, activation?.fn.name ?? 'prewarmed', env);
    const instance = startInstance(spec, service, {
      ready(ns) {
        if (entry.orderedFor === null) apply(pool.started(id));
        else entry.orderedFor.ready(ns);
      },
      loaded(ns) {
        entry.orderedFor!.loaded(ns);
        apply(pool.started(id));
      },
      freed() {
        apply(pool.freed(id, nowNs() / 1e6));
        tellQuiet();
      },
      leaves: () => apply(pool.leaves(id)),
      gone: (left) => forget(id, own, left),
    });
    const entry: Running = { instance, key: activation?.fn.key ?? null, orderedFor: activation };
    running.set(id, entry);
    if (instance.pid !== undefined) guard.started(instance.pid);
    return entry;
  }

  function watchMemory({ pid }: Instance, fn: PlatformFunction): void {
    if (pid !== undefined) warden.watch(pid, fn.limits.memoryMb * 2 ** 20);
  }

  function runtimeOf(fn: PlatformFunction): Runtime {
    const runtime = runtimes[fn.runtime];
    if (runtime === undefined) throw new Error(`This machine has no ${fn.runtime}.`);
    return runtime;
  }

  function forget(id: number, own: string, left: readonly Work[]): void {
    const { instance, key } = running.get(id)!;
    running.delete(id);
    if (instance.pid !== undefined) {
      guard.ended(instance.pid);
      if (key !== null) warden.unwatch(instance.pid);
    }
    warden.sweep(own);
    void rm(own, { recursive: true, force: true });
    if (key !== null) clearUnused(key);
    apply(pool.gone(id));
    // It was promised an instance that has ended: it waits for another.
    for (const work of left) enqueue(work as Activation);
    tellQuiet();
    if (running.size === 0) stopping?.();
  }

  /** Tells a stop that waits for it that nothing is executed any more. */
  function tellQuiet(): void {
    if (quiet !== null && ![...running.values()].some(({ instance }) => instance.isBusy())) quiet();
  }

  /** An instance may still read its code long after its function was changed. */
  function clearUnused(key: string): void {
    if (!retired.has(key) || [...running.values()].some((each) => each.key === key)) return;
    retired.delete(key);
    clearCode(codeRoot, key);
  }

  function planExpiry(): void {
    if (expiry !== undefined || stopping !== null) return;
    const next = pool.nextExpiryMs();
    if (next === null) return;
    expiry = setTimeout(
      () => {
        expiry = undefined;
        apply(pool.expire(nowNs() / 1e6));
      },
      Math.max(1, next - nowNs() / 1e6 + 1),
    ).unref();
  }

  function enqueue(activation: Activation): void {
    if (stopping === null) apply(pool.enqueue(shapeOf(activation.fn), activation));
    else refuse(activation);
  }

  function refuse(activation: Activation): void {
    activation.done({ kind: 'platform_failed', message: 'The platform is stopping.' }, nowNs());
    activation.logged([]);
  }

  apply(pool.prewarm());
  return {
    hasRoom: (fn) => pool.hasRoom(shapeOf(fn)),
    submit: enqueue,
    prepare(fn) {
      const runtime = runtimes[fn.runtime];
      if (runtime !== undefined) layCode(codeRoot, fn, runtime);
    },
    retire(key) {
      apply(pool.retire(key));
      retired.add(key);
      clearUnused(key);
    },
    async stop() {
      clearTimeout(expiry);
      const gone = new Promise<void>((resolve) => (stopping = resolve));
      pool.drain().forEach(refuse);
      const ended = new Promise<void>((resolve) => (quiet = resolve));
      tellQuiet();
      await Promise.race([ended, delay(limits.stopGraceMs, undefined, { ref: false })]);
      for (const { instance } of running.values()) {
        instance.end({ kind: 'platform_failed', message: 'The platform is stopping.' });
      }
      if (running.size > 0) await gone;
      await warden.stop();
    },
  };
}
