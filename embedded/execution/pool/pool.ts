import { randomStream } from '../../../common/random.js';
import { createMembers, type Member } from './members.js';
import type { FunctionShape, Pool, PoolAction, PoolLimits } from './model.js';
import { createWaitingJobs } from './waiting.js';

/** Prewarmed instances that end before they are ready mean that the next one would too: after so many no more are tried. */
const PREWARM_ATTEMPTS = 3;

/**
 * First come, first served within a function; among functions whoever waits longest gets the next instance, but a job never
 * waits for another function's place while an instance of its own is free. A new instance is bound to the job for which it
 * was ordered, as in OpenWhisk. At the limit of instances the longest idle one of another function gives way, then a
 * prewarmed one; and where all are busy, one that has just answered takes no more jobs if a function that has no instance at all has
 * waited longer than its own: so nobody starves.
 */
export function createPool<Job>(limits: PoolLimits): Pool<Job> {
  const members = createMembers(limits.placement, randomStream(limits.placementSeed, 'placement'));
  const waiting = createWaitingJobs<Job>();
  /** of the functions that have waiting jobs */
  const shapes = new Map<string, FunctionShape>();
  const failedPrewarms = new Map<string, number>();
  let lastId = 0;

  function addMember(functionKey: string | null, runtime: string | null, concurrency: number): number {
    lastId += 1;
    const inHand = functionKey === null ? 0 : 1;
    const role = { functionKey, runtime, concurrency, inHand, state: 'starting' as const };
    members.add({ id: lastId, leaving: false, idleSinceMs: 0, ...role });
    return lastId;
  }

  /** Jobs of a function for which neither an instance nor the place on one that starts is there. */
  function needsInstance({ key, maxInstances }: FunctionShape, jobs: number): boolean {
    const own = members.of(key);
    if (own.size >= Math.min(maxInstances ?? Infinity, limits.maxInstancesPerFunction ?? Infinity)) return false;
    let places = 0;
    for (const { state, leaving, concurrency, inHand } of own) {
      if (state !== 'serving' && !leaving) places += concurrency - inHand;
    }
    return jobs > places;
  }

  function victim(): Member | undefined {
    return (
      members.longestIdle() ??
      prewarmedRuntimes()
        .map(waitingOne)
        .find((member) => member !== undefined)
    );
  }
  function prewarmedRuntimes(): string[] {
    return Object.keys(limits.prewarm);
  }
  function waitingOne(runtime: string | null): Member | undefined {
    if (runtime === null || !(runtime in limits.prewarm)) return undefined;
    return members.prewarmed(runtime).find(({ state }) => state === 'waits');
  }
  function canStart(): boolean {
    return (
      members.starting < limits.spawnParallelism && (members.count < limits.maxInstances || victim() !== undefined)
    );
  }

  /** The function that waits longest, of those that could get an instance now. */
  function nextToServe(): FunctionShape | undefined {
    const startable = canStart();
    let found: FunctionShape | undefined;
    for (const key of waiting.functions()) {
      const fn = shapes.get(key)!;
      if (found !== undefined && waiting.firstArrival(found.key) < waiting.firstArrival(key)) continue;
      if (!startable && waitingOne(fn.prewarmedBy) === undefined) continue;
      if (needsInstance(fn, waiting.count(key))) found = fn;
    }
    return found;
  }

  function takeFirst(functionKey: string): Job | undefined {
    const job = waiting.takeFirst(functionKey);
    if (waiting.count(functionKey) === 0) shapes.delete(functionKey);
    return job;
  }

  /** Orders instances for waiting jobs while there is room, and then prewarmed ones. */
  function order(): PoolAction<Job>[] {
    const actions: PoolAction<Job>[] = [];
    for (let fn = nextToServe(); fn !== undefined; fn = nextToServe()) {
      const prewarmed = waitingOne(fn.prewarmedBy);
      const job = takeFirst(fn.key)!;
      if (prewarmed !== undefined) {
        members.adopt(prewarmed, fn.key, fn.concurrency);
        actions.push({ act: 'adopt', instance: prewarmed.id, job });
        continue;
      }
      // A function with waiting jobs has no idle instance, so that one belongs to another.
      if (members.count >= limits.maxInstances) actions.push(stop(victim()!));
      actions.push({ act: 'spawn', instance: addMember(fn.key, null, fn.concurrency), job });
    }
    return [...actions, ...prewarm()];
  }

  function prewarm(): PoolAction<Job>[] {
    const actions: PoolAction<Job>[] = [];
    for (const runtime of prewarmedRuntimes()) {
      if ((failedPrewarms.get(runtime) ?? 0) >= PREWARM_ATTEMPTS) continue;
      for (let has = members.prewarmed(runtime).length; has < limits.prewarm[runtime]!; has += 1) {
        if (members.starting >= limits.spawnParallelism || members.count >= limits.maxInstances) break;
        actions.push({ act: 'prewarm', instance: addMember(null, runtime, 0), runtime });
      }
    }
    return actions;
  }

  function stop(member: Member): PoolAction<Job> {
    members.remove(member);
    return { act: 'stop', instance: member.id };
  }

  /** Whether an instance must leave its place to a function that has none. */
  function givesWay(member: Member): boolean {
    if (members.count < limits.maxInstances || members.starting >= limits.spawnParallelism) return false;
    const own = waiting.firstArrival(member.functionKey!);
    return [...waiting.functions()].some((key) => waiting.firstArrival(key) < own && members.of(key).size === 0);
  }

  /** Gives it what waits, as much as it can take. */
  function fill(member: Member): PoolAction<Job>[] {
    const actions: PoolAction<Job>[] = [];
    while (member.inHand < member.concurrency && !member.leaving && waiting.count(member.functionKey!) > 0) {
      members.occupy(member);
      actions.push({ act: 'run', instance: member.id, job: takeFirst(member.functionKey!)! });
    }
    return actions;
  }

  return {
    prewarm,
    hasRoom(fn) {
      const waits = waiting.count(fn.key);
      if (limits.queueLimit === null || waits < limits.queueLimit || members.hasFree(fn.key)) return true;
      return needsInstance(fn, waits + 1) && (canStart() || waitingOne(fn.prewarmedBy) !== undefined);
    },
    enqueue(fn, job) {
      const member = members.place(fn.key);
      if (member !== undefined) {
        members.occupy(member);
        return [{ act: 'run', instance: member.id, job }];
      }
      waiting.add(fn.key, job);
      shapes.set(fn.key, fn);
      return order();
    },
    started(instance) {
      const member = members.get(instance);
      if (member === undefined || member.state === 'serving' || member.state === 'waits') return [];
      members.started(member);
      if (member.functionKey === null) {
        failedPrewarms.delete(member.runtime!);
        return order();
      }
      return [...fill(member), ...order()];
    },
    freed(instance, nowMs) {
      const member = members.get(instance);
      if (member === undefined || member.inHand === 0) return [];
      members.release(member, nowMs);
      if (!member.leaving && givesWay(member)) members.leave(member);
      if (!member.leaving) return [...fill(member), ...order()];
      return member.inHand > 0 ? [] : [stop(member), ...order()];
    },
    leaves(instance) {
      const member = members.get(instance);
      if (member !== undefined) members.leave(member);
      return [];
    },
    gone(instance) {
      const member = members.get(instance);
      if (member === undefined) return [];
      members.remove(member);
      const { functionKey, runtime, state } = member;
      if (functionKey === null && state === 'starting') {
        failedPrewarms.set(runtime!, (failedPrewarms.get(runtime!) ?? 0) + 1);
      }
      return order();
    },
    retire(functionKey) {
      const actions: PoolAction<Job>[] = [];
      for (const member of members.of(functionKey)) {
        if (member.inHand > 0) members.leave(member);
        else actions.push(stop(member));
      }
      return [...actions, ...order()];
    },
    expire(nowMs) {
      const actions: PoolAction<Job>[] = [];
      for (;;) {
        const eldest = members.longestIdle();
        if (eldest === undefined || eldest.idleSinceMs + limits.keepAliveMs > nowMs) return [...actions, ...order()];
        actions.push(stop(eldest));
      }
    },
    nextExpiryMs() {
      const eldest = members.longestIdle();
      return eldest === undefined ? null : eldest.idleSinceMs + limits.keepAliveMs;
    },
    drain() {
      shapes.clear();
      return waiting.drain();
    },
  };
}
