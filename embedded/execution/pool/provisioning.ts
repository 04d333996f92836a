import type { Member, Members } from './members.js';
import type { FunctionShape, PoolAction, PoolLimits } from './model.js';
import type { WaitingJobs } from './waiting.js';

/** Prewarmed instances that end before they are ready mean that the next one would too: after so many no more are tried. */
const PREWARM_ATTEMPTS = 3;

/** Decides which instances are started, and which give way to them. */
export interface Provisioning<Job> {
  /** The job waits, and so may others of its function. */
  wait(fn: FunctionShape, job: Job): void;
  /** Takes the job of a function that has waited longest. */
  takeFirst(functionKey: string): Job | undefined;
  /** Takes all jobs that wait. */
  drain(): Job[];
  /** Whether an instance would be started, or a prewarmed one taken, if one more job of this function came. */
  couldServe(fn: FunctionShape): boolean;
  /** Orders instances for waiting jobs while there is room, and then prewarmed ones. */
  order(): PoolAction<Job>[];
  /** Orders the prewarmed instances that are missing. */
  prewarm(): PoolAction<Job>[];
  /** A prewarmed instance has started, or ended before. */
  prewarmed(runtime: string, succeeded: boolean): void;
  stop(member: Member): PoolAction<Job>;
}

/**
 * Among functions whoever waits longest gets the next instance. A new instance is bound to the job for which it was ordered, as in
 * OpenWhisk. At the limit of instances the longest idle one of another function gives way, then a prewarmed one.
 */
export function createProvisioning<Job>(
  limits: PoolLimits,
  members: Members,
  waiting: WaitingJobs<Job>,
): Provisioning<Job> {
  const prewarmedRuntimes = Object.keys(limits.prewarm).filter((runtime) => limits.prewarm[runtime]! > 0);
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
    return members.longestIdle() ?? prewarmedRuntimes.map(waitingOne).find((member) => member !== undefined);
  }
  function waitingOne(runtime: string | null): Member | undefined {
    if (runtime === null || !prewarmedRuntimes.includes(runtime)) return undefined;
    return members.prewarmed(runtime).find(({ state }) => state === 'waits');
  }
  function canStart(): boolean {
    return (
      members.starting < limits.spawnParallelism && (members.count < limits.maxInstances || victim() !== undefined)
    );
  }

  /** The function that waits longest, of those that could get an instance now. */
  function nextToServe(): FunctionShape | undefined {
    // The usual case, after each invocation.
    if (shapes.size === 0) return undefined;
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

  function stop(member: Member): PoolAction<Job> {
    members.remove(member);
    return { act: 'stop', instance: member.id };
  }

  function prewarm(): PoolAction<Job>[] {
    const actions: PoolAction<Job>[] = [];
    for (const runtime of prewarmedRuntimes) {
      if ((failedPrewarms.get(runtime) ?? 0) >= PREWARM_ATTEMPTS) continue;
      for (let has = members.prewarmed(runtime).length; has < limits.prewarm[runtime]!; has += 1) {
        if (members.starting >= limits.spawnParallelism || members.count >= limits.maxInstances) break;
        actions.push({ act: 'prewarm', instance: addMember(null, runtime, 0), runtime });
      }
    }
    return actions;
  }

  return {
    wait(fn, job) {
      waiting.add(fn.key, job);
      shapes.set(fn.key, fn);
    },
    takeFirst,
    drain() {
      shapes.clear();
      return waiting.drain();
    },
    couldServe: (fn) =>
      needsInstance(fn, waiting.count(fn.key) + 1) && (canStart() || waitingOne(fn.prewarmedBy) !== undefined),
    order() {
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
      return prewarmedRuntimes.length === 0 ? actions : [...actions, ...prewarm()];
    },
    prewarm,
    prewarmed(runtime, succeeded) {
      if (succeeded) failedPrewarms.delete(runtime);
      else failedPrewarms.set(runtime, (failedPrewarms.get(runtime) ?? 0) + 1);
    },
    stop,
  };
}
