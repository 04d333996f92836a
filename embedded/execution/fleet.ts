import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Guard } from '../../common/guard.js';
import type { PlatformFunction } from '../functions.js';
import type { Activation } from '../activations/activation.js';
import type { Instance, InstanceEvents, ServiceSpec, Work } from './contract.js';
import { startInstance } from './instance.js';
import type { Outcome } from './outcome.js';
import { startWarden } from './processes/warden.js';
import type { Runtime } from './runtimes.js';
import { instanceFolder, instanceSpec, serviceSpec } from './spec.js';

/** What the fleet tells of its instances, by their numbers. */
export interface FleetEvents {
  /** it serves the function for which it was started, or waits for one */
  started(id: number): void;
  freed(id: number): void;
  leaves(id: number): void;
  /** @param left given to it and never begun; @param key its function; null = it never had one */
  gone(id: number, key: string | null, left: readonly Work[]): void;
}

/** All instances with their processes, folders and watchers. */
export interface Fleet {
  readonly size: number;
  get(id: number): Instance | undefined;
  has(id: number): boolean;
  /** Whether there is an instance of this function. */
  hasFunction(key: string): boolean;
  /** Whether an instance executes something that has not answered. */
  isBusy(): boolean;
  /**
   * Starts an instance.
   * @param activation what it is ordered for: its cold start is told to that; null = it is prewarmed
   */
  start(id: number, runtime: Runtime, env: NodeJS.ProcessEnv, activation: Activation | null): Instance;
  /** Makes a prewarmed instance that of the activation's function, and gives it the activation. */
  adopt(id: number, env: NodeJS.ProcessEnv, activation: Activation): void;
  /** Ends all instances; what they execute ends so. */
  endAll(outcome: Outcome): void;
  /** Ends the watching; no instance may be there any more. */
  close(): Promise<void>;
}

interface Running {
  instance: Instance;
  /** the function that it executes; null = prewarmed */
  key: string | null;
  orderedFor: Activation | null;
}

/** @param folder of the platform's own, in which each instance gets one */
export function createFleet(folder: string, guard: Guard, events: FleetEvents): Fleet {
  const running = new Map<number, Running>();
  const warden = startWarden((group) => {
    for (const { instance } of running.values()) if (instance.pid === group) instance.exhausted();
  });

  function watchMemory({ pid }: Instance, fn: PlatformFunction): void {
    if (pid !== undefined) warden.watch(pid, fn.limits.memoryMb * 2 ** 20);
  }

  function eventsOf(id: number, own: string): InstanceEvents {
    const orderedFor = (): Activation | null => running.get(id)!.orderedFor;
    return {
      ready(ns) {
        const activation = orderedFor();
        if (activation === null) events.started(id);
        else activation.ready(ns);
      },
      loaded(ns) {
        orderedFor()!.loaded(ns);
        events.started(id);
      },
      freed: () => events.freed(id),
      leaves: () => events.leaves(id),
      gone(left) {
        const { instance, key } = running.get(id)!;
        running.delete(id);
        if (instance.pid !== undefined) {
          guard.ended(instance.pid);
          if (key !== null) warden.unwatch(instance.pid);
        }
        warden.sweep(own);
        void rm(own, { recursive: true, force: true });
        events.gone(id, key, left);
      },
    };
  }

  return {
    get size() {
      return running.size;
    },
    get: (id) => running.get(id)?.instance,
    has: (id) => running.has(id),
    hasFunction: (key) => [...running.values()].some((each) => each.key === key),
    isBusy: () => [...running.values()].some(({ instance }) => instance.isBusy()),
    start(id, runtime, env, activation) {
      const own = instanceFolder(folder, id);
      mkdirSync(own, { recursive: true });
      const service: ServiceSpec | null = activation === null ? null : serviceSpec(activation.fn, activation.faults);
      const spec = instanceSpec(runtime, own, activation?.fn.name ?? 'prewarmed', env);
      const instance = startInstance(spec, service, eventsOf(id, own));
      running.set(id, { instance, key: activation?.fn.key ?? null, orderedFor: activation });
      if (instance.pid !== undefined) guard.started(instance.pid);
      if (activation !== null) watchMemory(instance, activation.fn);
      return instance;
    },
    adopt(id, env, activation) {
      const { fn, faults } = activation;
      const adopted = running.get(id)!;
      Object.assign(adopted, { key: fn.key, orderedFor: activation });
      activation.adoptedPrewarmed();
      watchMemory(adopted.instance, fn);
      adopted.instance.adopt(serviceSpec(fn, faults), env, activation);
    },
    endAll(outcome) {
      for (const { instance } of running.values()) instance.end(outcome);
    },
    close: () => warden.stop(),
  };
}
