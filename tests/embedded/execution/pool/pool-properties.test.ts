import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PLACEMENTS } from '../../../../embedded/execution/pool/members.js';
import type { FunctionShape, PoolAction, PoolLimits } from '../../../../embedded/execution/pool/model.js';
import { createPool } from '../../../../embedded/execution/pool/pool.js';

/** What may happen next, as numbers that are made sense of in the state at that time. */
const EVENTS = ['enqueue', 'enqueue', 'started', 'freed', 'freed', 'leaves', 'gone', 'expire', 'retire'] as const;
const story = fc.array(fc.tuple(fc.constantFrom(...EVENTS), fc.nat(20)), { maxLength: 150 });
const limits: fc.Arbitrary<PoolLimits> = fc.record({
  maxInstances: fc.integer({ min: 1, max: 4 }),
  maxInstancesPerFunction: fc.option(fc.integer({ min: 1, max: 3 })),
  queueLimit: fc.constant(null),
  keepAliveMs: fc.integer({ min: 1, max: 30 }),
  spawnParallelism: fc.integer({ min: 1, max: 3 }),
  placement: fc.constantFrom(...PLACEMENTS),
  placementSeed: fc.nat(100),
  prewarm: fc.record({ node: fc.nat(2), python3: fc.nat(1) }, { requiredKeys: [] }),
});
const shapes = fc.tuple(
  ...['f0', 'f1', 'f2'].map((key) =>
    fc.record({
      key: fc.constant(key),
      concurrency: fc.integer({ min: 1, max: 3 }),
      maxInstances: fc.option(fc.integer({ min: 1, max: 2 })),
      prewarmedBy: fc.constantFrom('node', 'python3', null),
    }),
  ),
);

interface Job {
  fn: FunctionShape;
  number: number;
}
interface Instance {
  runtime: string | null;
  fn: FunctionShape | null;
  state: 'starting' | 'loading' | 'waits' | 'serving';
  jobs: Job[];
  leaving: boolean;
}

/** The world as the pool is told of it, which knows what the pool must never do. */
function world(bounds: PoolLimits) {
  const pool = createPool<Job>(bounds);
  const alive = new Map<number, Instance>();
  const served: Job[] = [];
  let now = 0;

  function apply(actions: PoolAction<Job>[]): void {
    for (const action of actions) carryOut(action);
    expect(alive.size).toBeLessThanOrEqual(bounds.maxInstances);
    const all = [...alive.values()];
    expect(all.filter(({ state }) => state === 'starting').length).toBeLessThanOrEqual(bounds.spawnParallelism);
    for (const { fn } of all) {
      const most = Math.min(fn?.maxInstances ?? Infinity, bounds.maxInstancesPerFunction ?? Infinity);
      if (fn !== null) expect(all.filter((other) => other.fn?.key === fn.key).length).toBeLessThanOrEqual(most);
    }
    for (const runtime of ['node', 'python3'] as const) {
      const waits = all.filter((each) => each.fn === null && each.runtime === runtime);
      expect(waits.length).toBeLessThanOrEqual(bounds.prewarm[runtime] ?? 0);
    }
  }
  function carryOut(action: PoolAction<Job>): void {
    const instance = alive.get(action.instance);
    if (action.act === 'stop') {
      expect([instance!.jobs.length, instance!.state !== 'starting']).toEqual([0, true]);
      alive.delete(action.instance);
    } else if (action.act === 'prewarm') {
      const { runtime } = action;
      alive.set(action.instance, { runtime, fn: null, state: 'starting', jobs: [], leaving: false });
    } else {
      served.push(action.job);
      const { fn } = action.job;
      if (action.act === 'spawn') {
        expect(instance).toBe(undefined);
        alive.set(action.instance, { runtime: null, fn, state: 'starting', jobs: [action.job], leaving: false });
      } else if (action.act === 'adopt') {
        expect([instance!.fn, instance!.state, instance!.runtime]).toEqual([null, 'waits', fn.prewarmedBy]);
        Object.assign(instance!, { fn, state: 'loading', jobs: [action.job] });
      } else {
        expect([instance!.fn!.key, instance!.state, instance!.leaving]).toEqual([fn.key, 'serving', false]);
        instance!.jobs.push(action.job);
        expect(instance!.jobs.length).toBeLessThanOrEqual(fn.concurrency);
      }
    }
  }
  function start(id: number): void {
    const instance = alive.get(id)!;
    instance.state = instance.fn === null ? 'waits' : 'serving';
    apply(pool.started(id));
  }
  return {
    pool,
    alive,
    served,
    apply,
    start,
    enqueue: (job: Job) => apply(pool.enqueue(job.fn, job)),
    free(id: number) {
      now += 1;
      alive.get(id)!.jobs.shift();
      apply(pool.freed(id, now));
    },
    leave(id: number) {
      alive.get(id)!.leaving = true;
      apply(pool.leaves(id));
    },
    end(id: number) {
      alive.delete(id);
      apply(pool.gone(id));
    },
    expire() {
      now += 5;
      apply(pool.expire(now));
    },
    retire(key: string) {
      for (const instance of alive.values()) if (instance.fn?.key === key) instance.leaving = true;
      apply(pool.retire(key));
    },
    /** All that runs starts and answers until nothing changes any more. */
    settle() {
      for (let changed = true; changed;) {
        changed = false;
        for (const [id, { state, jobs }] of alive) {
          if (state === 'starting' || state === 'loading') this.start(id);
          else if (jobs.length > 0) this.free(id);
          else continue;
          changed = true;
        }
      }
    },
  };
}

test('whatever happens: every job is served once, by an instance of its function, within all limits, in order', () => {
  fc.assert(
    fc.property(limits, shapes, story, (bounds, functions, events) => {
      const it = world(bounds);
      it.apply(it.pool.prewarm());
      let jobs = 0;
      for (const [event, number] of events) {
        const ids = [...it.alive.keys()];
        const id = ids[number % Math.max(1, ids.length)];
        const fn = functions[number % 3]!;
        if (event === 'enqueue') it.enqueue({ fn, number: (jobs += 1) });
        else if (event === 'expire') it.expire();
        else if (event === 'retire') it.retire(fn.key);
        else if (id === undefined) continue;
        else if (event === 'gone') it.end(id);
        else if (event === 'started' && ['starting', 'loading'].includes(it.alive.get(id)!.state)) it.start(id);
        else if (event === 'freed' && it.alive.get(id)!.state === 'serving' && it.alive.get(id)!.jobs.length > 0)
          it.free(id);
        else if (event === 'leaves' && it.alive.get(id)!.jobs.length > 0) it.leave(id);
      }
      it.settle();
      expect(it.pool.drain()).toEqual([]);
      expect(it.served.map(({ number }) => number).toSorted((a, b) => a - b)).toEqual(
        Array.from({ length: jobs }, (_, i) => i + 1),
      );
      for (const { key } of functions) {
        const numbers = it.served.filter(({ fn }) => fn.key === key).map(({ number }) => number);
        expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
      }
    }),
    { numRuns: 1_000 },
  );
});
