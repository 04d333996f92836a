import { randomStream } from '../../../common/random.js';
import { createMembers, type Member } from './members.js';
import type { Pool, PoolAction, PoolLimits } from './model.js';
import { createProvisioning } from './provisioning.js';
import { createWaitingJobs } from './waiting.js';

/**
 * First come, first served within a function, and a job never waits for another function's place while an instance of its own is
 * free. Where all instances are busy, one that has just answered takes no more jobs if a function that has no instance at all has
 * waited longer than its own: so nobody starves. Which instances are started: provisioning.ts.
 */
export function createPool<Job>(limits: PoolLimits): Pool<Job> {
  const members = createMembers(limits.placement, randomStream(limits.placementSeed, 'placement'));
  const waiting = createWaitingJobs<Job>();
  const { order, stop, ...provisioning } = createProvisioning(limits, members, waiting);

  /** Whether an instance must leave its place to a function that has none. */
  function givesWay(member: Member): boolean {
    if (members.count < limits.maxInstances || members.starting >= limits.spawnParallelism) return false;
    const own = waiting.firstArrival(member.functionKey!);
    for (const key of waiting.functions()) {
      if (waiting.firstArrival(key) < own && members.of(key).size === 0) return true;
    }
    return false;
  }

  /** Gives it what waits, as much as it can take. */
  function fill(member: Member): PoolAction<Job>[] {
    const actions: PoolAction<Job>[] = [];
    while (member.inHand < member.concurrency && !member.leaving && waiting.count(member.functionKey!) > 0) {
      members.occupy(member);
      actions.push({ act: 'run', instance: member.id, job: provisioning.takeFirst(member.functionKey!)! });
    }
    return actions;
  }

  return {
    prewarm: provisioning.prewarm,
    hasRoom(fn) {
      const hasPlace = limits.queueLimit === null || waiting.count(fn.key) < limits.queueLimit;
      return hasPlace || members.hasFree(fn.key) || provisioning.couldServe(fn);
    },
    enqueue(fn, job) {
      const member = members.place(fn.key);
      if (member !== undefined) {
        members.occupy(member);
        return [{ act: 'run', instance: member.id, job }];
      }
      provisioning.wait(fn, job);
      return order();
    },
    started(instance) {
      const member = members.get(instance);
      if (member === undefined || member.state === 'serving' || member.state === 'waits') return [];
      members.started(member);
      if (member.functionKey === null) {
        provisioning.prewarmed(member.runtime!, true);
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
      if (functionKey === null && state === 'starting') provisioning.prewarmed(runtime!, false);
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
    drain: provisioning.drain,
  };
}
