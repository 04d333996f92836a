import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPool, type PoolAction } from '../../../embedded/execution/pool.js';

const LIMITS = { maxInstances: 3, keepAliveMs: 100, spawnParallelism: 2 };

/** `run a on 1`, `spawn 2 for b`, `stop 3` */
function said(actions: PoolAction<string>[]): string[] {
  return actions.map((action) =>
    action.act === 'run'
      ? `run ${action.job} on ${action.instance}`
      : action.act === 'spawn'
        ? `spawn ${action.instance} for ${action.job}`
        : `stop ${action.instance}`,
  );
}

test('the first job starts an instance, the next one finds it warm', () => {
  const pool = createPool<string>(LIMITS);
  expect(said(pool.enqueue('f', 'a'))).toEqual(['spawn 1 for a']);
  expect(said(pool.started(1))).toEqual([]);
  expect(said(pool.freed(1, 10))).toEqual([]);
  expect(said(pool.enqueue('f', 'b'))).toEqual(['run b on 1']);
});

test('no more instances start at one time than allowed; the others wait in order', () => {
  const pool = createPool<string>(LIMITS);
  expect(said(pool.enqueue('f', 'a'))).toEqual(['spawn 1 for a']);
  expect(said(pool.enqueue('g', 'b'))).toEqual(['spawn 2 for b']);
  expect(said(pool.enqueue('h', 'c'))).toEqual([]);
  expect(said(pool.enqueue('i', 'd'))).toEqual([]);
  expect(said(pool.started(2))).toEqual(['spawn 3 for c']);
});

test('a waiting job takes the first instance of its function that becomes free', () => {
  const pool = createPool<string>(LIMITS);
  pool.enqueue('f', 'a');
  pool.enqueue('f', 'b');
  expect(said(pool.enqueue('f', 'c'))).toEqual([]);
  pool.started(1);
  expect(said(pool.enqueue('f', 'd'))).toEqual([]);
  expect(said(pool.freed(1, 5))).toEqual(['run d on 1']);
});

test('the most recently used instance is preferred, the longest idle one ends first', () => {
  const pool = createPool<string>(LIMITS);
  for (const job of ['a', 'b']) pool.enqueue('f', job);
  for (const id of [1, 2]) pool.started(id);
  pool.freed(1, 10);
  pool.freed(2, 20);
  expect(pool.nextExpiryMs()).toBe(110);
  expect(said(pool.enqueue('f', 'c'))).toEqual(['run c on 2']);
  expect(said(pool.expire(109))).toEqual([]);
  expect(said(pool.expire(110))).toEqual(['stop 1']);
  expect(pool.nextExpiryMs()).toBe(null);
});

test('at the limit the longest idle instance of another function gives way, and a busy one never does', () => {
  const pool = createPool<string>(LIMITS);
  for (const [fn, id] of [
    ['f', 1],
    ['g', 2],
    ['h', 3],
  ] as const) {
    pool.enqueue(fn, fn);
    pool.started(id);
  }
  expect(said(pool.enqueue('i', 'x'))).toEqual([]);
  expect(said(pool.freed(2, 50))).toEqual(['stop 2', 'spawn 4 for x']);
});

test('an instance of a changed function takes no more work', () => {
  const pool = createPool<string>(LIMITS);
  for (const job of ['a', 'b']) pool.enqueue('f1', job);
  for (const id of [1, 2]) pool.started(id);
  pool.freed(1, 5);
  expect(said(pool.retire('f1'))).toEqual(['stop 1']);
  expect(said(pool.freed(2, 6))).toEqual(['stop 2']);
});

test('an instance that ends gives its place to the job that waits longest', () => {
  const pool = createPool<string>({ ...LIMITS, maxInstances: 1 });
  pool.enqueue('f', 'a');
  pool.enqueue('g', 'b');
  pool.enqueue('f', 'c');
  expect(said(pool.gone(1))).toEqual(['spawn 2 for b']);
  expect(pool.drain()).toEqual(['c']);
});

/** What may happen next, as numbers that are made sense of in the state at that time. */
const story = fc.array(fc.tuple(fc.constantFrom('enqueue', 'freed', 'gone', 'expire', 'retire'), fc.nat(20)), {
  maxLength: 120,
});
const limits = fc.record({
  maxInstances: fc.integer({ min: 1, max: 4 }),
  keepAliveMs: fc.integer({ min: 1, max: 30 }),
  spawnParallelism: fc.integer({ min: 1, max: 3 }),
});

test('whatever happens: every job is served once, by an instance of its function, within the limits, in order', () => {
  fc.assert(
    fc.property(limits, story, (bounds, events) => {
      const pool = createPool<{ functionKey: string; number: number }>(bounds);
      const alive = new Map<number, { functionKey: string; state: 'starting' | 'busy' | 'idle' }>();
      const served = new Map<string, number[]>();
      let jobs = 0;
      let now = 0;
      const apply = (actions: PoolAction<{ functionKey: string; number: number }>[]): void => {
        for (const action of actions) {
          if (action.act === 'stop') {
            expect(alive.get(action.instance)!.state).not.toBe('starting');
            alive.delete(action.instance);
            continue;
          }
          const { functionKey, number } = action.job;
          served.set(functionKey, [...(served.get(functionKey) ?? []), number]);
          if (action.act === 'spawn') alive.set(action.instance, { functionKey, state: 'starting' });
          else {
            expect(alive.get(action.instance)!.functionKey).toBe(functionKey);
            alive.get(action.instance)!.state = 'busy';
          }
        }
        expect(alive.size).toBeLessThanOrEqual(bounds.maxInstances);
        const starting = [...alive.values()].filter(({ state }) => state === 'starting').length;
        expect(starting).toBeLessThanOrEqual(bounds.spawnParallelism);
      };
      const free = (id: number): void => {
        const member = alive.get(id)!;
        const wasStarting = member.state === 'starting';
        member.state = 'busy';
        if (wasStarting) apply(pool.started(id));
        member.state = 'idle';
        apply(pool.freed(id, now));
      };
      for (const [event, number] of events) {
        now += 1;
        const pick = [...alive.keys()].filter((id) => alive.get(id)!.state !== 'idle')[
          number % Math.max(1, alive.size)
        ];
        if (event === 'enqueue') {
          const functionKey = `f${number % 3}`;
          jobs += 1;
          apply(pool.enqueue(functionKey, { functionKey, number: jobs }));
        } else if (event === 'expire') apply(pool.expire(now));
        else if (event === 'retire') apply(pool.retire(`f${number % 3}`));
        else if (pick !== undefined && event === 'freed') free(pick);
        else if (pick !== undefined) {
          alive.delete(pick);
          apply(pool.gone(pick));
        }
      }
      // All that still runs ends: then nothing may be left waiting.
      for (let busy = true; busy;) {
        busy = false;
        for (const [id, { state }] of alive) {
          if (state === 'idle') continue;
          busy = true;
          free(id);
        }
      }
      expect(pool.drain()).toEqual([]);
      expect([...served.values()].flat().length).toBe(jobs);
      for (const numbers of served.values()) expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    }),
    { numRuns: 500 },
  );
});
