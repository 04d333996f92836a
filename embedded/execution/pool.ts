/** What the pool may use. */
export interface PoolLimits {
  /** instances of all functions together */
  maxInstances: number;
  /** how long an idle instance is kept, ms */
  keepAliveMs: number;
  /** instances that may start at one time: on few cores, parallel starts only slow each other */
  spawnParallelism: number;
}

/** What is to be done, in this order. */
export type PoolAction<Job> =
  | { act: 'run'; instance: number; job: Job }
  | { act: 'spawn'; instance: number; job: Job; functionKey: string }
  | { act: 'stop'; instance: number };

interface Member {
  id: number;
  functionKey: string;
  state: 'starting' | 'busy' | 'idle';
  idleSinceMs: number;
}

interface Waiting<Job> {
  job: Job;
  arrival: number;
}

/** Decides which instance serves which job; knows no process, no timer, no clock but the times it is told. */
export interface Pool<Job> {
  /** A job arrived. */
  enqueue(functionKey: string, job: Job): PoolAction<Job>[];
  /** An instance has finished starting and serves the job for which it was ordered. */
  started(instance: number): PoolAction<Job>[];
  /** An instance has answered its job and takes another. */
  freed(instance: number, nowMs: number): PoolAction<Job>[];
  /** An instance has ended, whatever it was doing. */
  gone(instance: number): PoolAction<Job>[];
  /** No instance of this function may take new jobs: it was changed or deleted. Jobs that wait for it remain. */
  retire(functionKey: string): PoolAction<Job>[];
  /** Ends the instances whose keep-alive is over. */
  expire(nowMs: number): PoolAction<Job>[];
  /** when `expire` has something to do next, ms; null = no instance is idle */
  nextExpiryMs(): number | null;
  /** Takes all jobs that wait. */
  drain(): Job[];
}

/**
 * First come, first served, but a job never waits for another function's place while an instance of its own is idle.
 * Placement is most recently used first, so that surplus instances grow old and end. A new instance is bound to the job
 * for which it was ordered, as in OpenWhisk. At the limit of instances the longest idle one of another function gives way.
 */
export function createPool<Job>(limits: PoolLimits): Pool<Job> {
  const members = new Map<number, Member>();
  /** idle instances of each function, the most recently used last */
  const idle = new Map<string, Member[]>();
  const queues = new Map<string, Waiting<Job>[]>();
  const retired = new Set<number>();
  let arrivals = 0;
  let starting = 0;
  let lastId = 0;

  function remove(member: Member): void {
    if (member.state === 'starting') starting -= 1;
    members.delete(member.id);
    retired.delete(member.id);
    const peers = idle.get(member.functionKey);
    const place = peers?.indexOf(member) ?? -1;
    if (place >= 0) peers!.splice(place, 1);
    if (peers?.length === 0) idle.delete(member.functionKey);
  }

  function takeFirst(functionKey: string): Job | undefined {
    const queue = queues.get(functionKey);
    const first = queue?.shift();
    if (queue?.length === 0) queues.delete(functionKey);
    return first?.job;
  }

  /** The function whose first job waits longest. */
  function longestWaiting(): string | undefined {
    let found: string | undefined;
    let earliest = Infinity;
    for (const [functionKey, [first]] of queues) {
      if (first!.arrival < earliest) [found, earliest] = [functionKey, first!.arrival];
    }
    return found;
  }

  function longestIdle(): Member | undefined {
    let found: Member | undefined;
    for (const [eldest] of idle.values()) {
      if (found === undefined || eldest!.idleSinceMs < found.idleSinceMs) found = eldest;
    }
    return found;
  }

  /** Orders instances for waiting jobs while there is room. */
  function order(): PoolAction<Job>[] {
    const actions: PoolAction<Job>[] = [];
    while (queues.size > 0 && starting < limits.spawnParallelism) {
      if (members.size >= limits.maxInstances) {
        // Functions with waiting jobs have no idle instance, so this one belongs to another.
        const victim = longestIdle();
        if (victim === undefined) break;
        remove(victim);
        actions.push({ act: 'stop', instance: victim.id });
      }
      const functionKey = longestWaiting()!;
      const job = takeFirst(functionKey)!;
      lastId += 1;
      starting += 1;
      members.set(lastId, { id: lastId, functionKey, state: 'starting', idleSinceMs: 0 });
      actions.push({ act: 'spawn', instance: lastId, job, functionKey });
    }
    return actions;
  }

  return {
    enqueue(functionKey, job) {
      const member = idle.get(functionKey)?.pop();
      if (member !== undefined) {
        if (idle.get(functionKey)!.length === 0) idle.delete(functionKey);
        member.state = 'busy';
        return [{ act: 'run', instance: member.id, job }];
      }
      const queue = queues.get(functionKey);
      arrivals += 1;
      if (queue === undefined) queues.set(functionKey, [{ job, arrival: arrivals }]);
      else queue.push({ job, arrival: arrivals });
      return order();
    },
    started(instance) {
      const member = members.get(instance);
      if (member?.state !== 'starting') return [];
      member.state = 'busy';
      starting -= 1;
      return order();
    },
    freed(instance, nowMs) {
      const member = members.get(instance);
      if (member === undefined || member.state === 'idle') return [];
      if (retired.has(instance)) {
        remove(member);
        return [{ act: 'stop', instance }, ...order()];
      }
      const job = takeFirst(member.functionKey);
      if (job !== undefined) return [{ act: 'run', instance, job }];
      member.state = 'idle';
      member.idleSinceMs = nowMs;
      const peers = idle.get(member.functionKey);
      if (peers === undefined) idle.set(member.functionKey, [member]);
      else peers.push(member);
      return order();
    },
    gone(instance) {
      const member = members.get(instance);
      if (member === undefined) return [];
      remove(member);
      return order();
    },
    retire(functionKey) {
      const actions: PoolAction<Job>[] = [];
      for (const member of members.values()) {
        if (member.functionKey !== functionKey) continue;
        if (member.state !== 'idle') retired.add(member.id);
        else {
          remove(member);
          actions.push({ act: 'stop', instance: member.id });
        }
      }
      return [...actions, ...order()];
    },
    expire(nowMs) {
      const actions: PoolAction<Job>[] = [];
      for (const member of members.values()) {
        if (member.state !== 'idle' || member.idleSinceMs + limits.keepAliveMs > nowMs) continue;
        remove(member);
        actions.push({ act: 'stop', instance: member.id });
      }
      return actions;
    },
    nextExpiryMs() {
      const eldest = longestIdle();
      return eldest === undefined ? null : eldest.idleSinceMs + limits.keepAliveMs;
    },
    drain() {
      const waiting = [...queues.values()].flat().sort((a, b) => a.arrival - b.arrival);
      queues.clear();
      return waiting.map(({ job }) => job);
    },
  };
}
