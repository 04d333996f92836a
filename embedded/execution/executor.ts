import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf } from '../../common/errors.js';
import type { Guard } from '../../common/guard.js';
import type { PlatformFunction } from '../functions.js';
import { nowNs } from '../timeline.js';
import type { Activation } from '../activations/activation.js';
import { clearCode, layCode } from './code.js';
import type { Instance, InstanceSpec } from './contract.js';
import { startInstance } from './instance.js';
import { createPool, type PoolAction, type PoolLimits } from './pool.js';
import type { Runtimes } from './runtimes.js';

/** Largest answer of a function that is read, which is Lambda's limit; the rest is counted and dropped. */
const ANSWER_LIMIT_BYTES = 6 * 2 ** 20 + 100;

export interface ExecutorOptions {
  runtimes: Runtimes;
  limits: PoolLimits;
  /** a temporary folder of the platform's own; short, since the names of sockets in it are limited to about 100 bytes */
  folder: string;
  guard: Guard;
}

/** Turns the pool's decisions into processes. */
export interface Executor {
  /** Executes; the activation is told each step, its end, and its log. */
  submit(activation: Activation): void;
  /** Lays the code down, so that a broken archive is refused when it is uploaded. @throws UnzipError */
  prepare(fn: PlatformFunction): void;
  /** The function was changed or deleted. */
  retire(key: string): void;
  /** Ends all instances and waits until they are gone. */
  stop(): Promise<void>;
}

/** Creates the executor; nothing is started yet. */
export function createExecutor({ runtimes, limits, folder, guard }: ExecutorOptions): Executor {
  const pool = createPool<Activation>(limits);
  const instances = new Map<number, Instance>();
  /** the function of each instance, and those whose code goes with their last instance */
  const keys = new Map<number, string>();
  const retired = new Set<string>();
  const codeRoot = join(folder, 'code');
  let expiry: NodeJS.Timeout | undefined;
  let stopping: (() => void) | null = null;
  mkdirSync(codeRoot, { recursive: true });

  function apply(actions: PoolAction<Activation>[]): void {
    for (const action of actions) {
      if (action.act === 'stop') instances.get(action.instance)?.kill();
      else if (action.act === 'run') {
        action.job.assigned(action.instance);
        instances.get(action.instance)!.run(action.job);
      } else order(action.instance, action.job);
    }
    planExpiry();
  }

  function order(id: number, activation: Activation): void {
    activation.assigned(id);
    activation.taken(nowNs());
    try {
      const spec = specOf(id, activation);
      activation.spawned(nowNs());
      const instance = startInstance(spec, {
        ready: (ns) => activation.ready(ns),
        loaded(ns) {
          activation.loaded(ns);
          apply(pool.started(id));
        },
        freed: () => apply(pool.freed(id, nowNs() / 1e6)),
        gone(left) {
          forget(id, instance, spec.folder);
          // It was promised an instance that has ended: it waits for another.
          if (left !== null) submit(left as Activation);
        },
      });
      instances.set(id, instance);
      keys.set(id, activation.fn.key);
      if (instance.pid !== undefined) guard.started(instance.pid);
      instance.run(activation);
    } catch (error) {
      activation.done({ kind: 'platform_failed', message: messageOf(error) }, nowNs());
      activation.logged([]);
      apply(pool.gone(id));
    }
  }

  function specOf(id: number, { fn, faults }: Activation): InstanceSpec {
    const runtime = runtimes[fn.runtime];
    if (runtime === undefined) throw new Error(`This machine has no ${fn.runtime}.`);
    const own = join(folder, String(id));
    mkdirSync(own, { recursive: true });
    const code = layCode(codeRoot, fn, runtime);
    return {
      program: runtime.program,
      // The runtimes do not look at it: it tells `ps`, and the sampler of the monitors, whose process this is.
      args: [...runtime.args, `--faaslab-function=${fn.name}`],
      folder: own,
      socketPath: join(folder, `${id}.sock`),
      logMark: `end-of-log-${randomBytes(9).toString('base64url')}`,
      timeoutMs: fn.limits.timeoutMs,
      logLimitBytes: fn.limits.logsMb * 2 ** 20,
      answerLimitBytes: ANSWER_LIMIT_BYTES,
      clockSkewMs: faults.clockSkewMs,
      endsAfterError: fn.entry.convention === 'main',
      env: {
        PATH: process.env['PATH'],
        LANG: process.env['LANG'] ?? 'C.UTF-8',
        ...fn.env,
        ...fn.envOf?.(id),
        HOME: own,
        TMPDIR: own,
        LAMBDA_TASK_ROOT: fn.code.form === 'zip' ? code : dirname(code),
        _HANDLER: fn.entry.name,
        FAASLAB_ENTRY: fn.entry.convention,
        FAASLAB_CODE: code,
        ...(faults.added.spawn > 0 ? { FAASLAB_SPAWN_DELAY_MS: String(faults.added.spawn) } : {}),
        ...(faults.added.init > 0 ? { FAASLAB_INIT_DELAY_MS: String(faults.added.init) } : {}),
      },
    };
  }

  function forget(id: number, instance: Instance, own: string): void {
    instances.delete(id);
    if (instance.pid !== undefined) guard.ended(instance.pid);
    void rm(own, { recursive: true, force: true });
    const key = keys.get(id)!;
    keys.delete(id);
    clearUnused(key);
    apply(pool.gone(id));
    if (instances.size === 0) stopping?.();
  }

  /** An instance may still read its code long after its function was changed. */
  function clearUnused(key: string): void {
    if (!retired.has(key) || [...keys.values()].includes(key)) return;
    retired.delete(key);
    clearCode(codeRoot, key);
  }

  function planExpiry(): void {
    const next = pool.nextExpiryMs();
    if (next === null || expiry !== undefined || stopping !== null) return;
    expiry = setTimeout(
      () => {
        expiry = undefined;
        apply(pool.expire(nowNs() / 1e6));
      },
      Math.max(1, next - nowNs() / 1e6 + 1),
    ).unref();
  }

  function submit(activation: Activation): void {
    if (stopping === null) apply(pool.enqueue(activation.fn.key, activation));
    else refuse(activation);
  }

  function refuse(activation: Activation): void {
    activation.done({ kind: 'platform_failed', message: 'The platform is stopping.' }, nowNs());
    activation.logged([]);
  }

  return {
    submit,
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
      for (const instance of instances.values()) instance.kill();
      if (instances.size > 0) await gone;
    },
  };
}
