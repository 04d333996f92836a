import { expect, test } from 'vitest';
import { createPool } from '../../../../embedded/execution/pool/pool.js';
import { LIMITS, said, shape } from './pool-story.js';

test('the first job starts an instance, the next one finds it warm', () => {
  const pool = createPool<string>(LIMITS);
  expect(said(pool.enqueue(shape('f'), 'a'))).toEqual(['spawn 1 for a']);
  expect(said(pool.started(1))).toEqual([]);
  expect(said(pool.freed(1, 10))).toEqual([]);
  expect(said(pool.enqueue(shape('f'), 'b'))).toEqual(['run b on 1']);
});

test('no more instances start at one time than allowed; the others wait in order', () => {
  const pool = createPool<string>(LIMITS);
  expect(said(pool.enqueue(shape('f'), 'a'))).toEqual(['spawn 1 for a']);
  expect(said(pool.enqueue(shape('g'), 'b'))).toEqual(['spawn 2 for b']);
  expect(said(pool.enqueue(shape('h'), 'c'))).toEqual([]);
  expect(said(pool.enqueue(shape('i'), 'd'))).toEqual([]);
  expect(said(pool.started(2))).toEqual(['spawn 3 for c']);
});

test('a waiting job takes the first instance of its function that becomes free', () => {
  const pool = createPool<string>(LIMITS);
  pool.enqueue(shape('f'), 'a');
  pool.enqueue(shape('f'), 'b');
  expect(said(pool.enqueue(shape('f'), 'c'))).toEqual([]);
  pool.started(1);
  expect(said(pool.enqueue(shape('f'), 'd'))).toEqual([]);
  expect(said(pool.freed(1, 5))).toEqual(['run d on 1']);
});

test('the most recently used instance is preferred, the longest idle one ends first', () => {
  const pool = createPool<string>(LIMITS);
  for (const job of ['a', 'b']) pool.enqueue(shape('f'), job);
  for (const id of [1, 2]) pool.started(id);
  pool.freed(1, 10);
  pool.freed(2, 20);
  expect(pool.nextExpiryMs()).toBe(110);
  expect(said(pool.enqueue(shape('f'), 'c'))).toEqual(['run c on 2']);
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
    pool.enqueue(shape(fn), fn);
    pool.started(id);
  }
  expect(said(pool.enqueue(shape('i'), 'x'))).toEqual([]);
  expect(said(pool.freed(2, 50))).toEqual(['stop 2', 'spawn 4 for x']);
});

test('an instance of a changed function takes no more work', () => {
  const pool = createPool<string>(LIMITS);
  for (const job of ['a', 'b']) pool.enqueue(shape('f1'), job);
  for (const id of [1, 2]) pool.started(id);
  pool.freed(1, 5);
  expect(said(pool.retire('f1'))).toEqual(['stop 1']);
  expect(said(pool.freed(2, 6))).toEqual(['stop 2']);
});

test('an instance that ends gives its place to the job that waits longest', () => {
  const pool = createPool<string>({ ...LIMITS, maxInstances: 1 });
  pool.enqueue(shape('f'), 'a');
  pool.enqueue(shape('g'), 'b');
  pool.enqueue(shape('f'), 'c');
  expect(said(pool.gone(1))).toEqual(['spawn 2 for b']);
  expect(pool.drain()).toEqual(['c']);
});

test('a function has no more instances than its own limit, and waits for them while others start theirs', () => {
  const pool = createPool<string>({ ...LIMITS, maxInstances: 4, spawnParallelism: 4, maxInstancesPerFunction: 2 });
  const single = shape('f', { maxInstances: 1 });
  expect(said(pool.enqueue(single, 'a'))).toEqual(['spawn 1 for a']);
  expect(said(pool.enqueue(single, 'b'))).toEqual([]);
  expect(said(pool.enqueue(shape('g'), 'c'))).toEqual(['spawn 2 for c']);
  expect(said(pool.enqueue(shape('g'), 'd'))).toEqual(['spawn 3 for d']);
  expect(said(pool.enqueue(shape('g'), 'e'))).toEqual([]);
  pool.started(1);
  expect(said(pool.freed(1, 5))).toEqual(['run b on 1']);
});

test('an instance executes as many jobs at a time as its function allows, and no second one starts for those', () => {
  const pool = createPool<string>(LIMITS);
  const fn = shape('f', { concurrency: 3 });
  expect(['a', 'b', 'c'].flatMap((job) => said(pool.enqueue(fn, job)))).toEqual(['spawn 1 for a']);
  // three have a place on the first instance; with a fourth one too few, the next in line gets an instance of its own
  expect(said(pool.enqueue(fn, 'd'))).toEqual(['spawn 2 for b']);
  expect(said(pool.started(1))).toEqual(['run c on 1', 'run d on 1']);
  expect(said(pool.freed(1, 5))).toEqual([]);
  expect(said(pool.enqueue(fn, 'e'))).toEqual(['run e on 1']);
  expect(pool.nextExpiryMs()).toBe(null);
});

test('an instance that is about to end gets no second job beside those it has', () => {
  const pool = createPool<string>({ ...LIMITS, maxInstances: 1 });
  const fn = shape('f', { concurrency: 2 });
  pool.enqueue(fn, 'a');
  pool.started(1);
  pool.leaves(1);
  expect(said(pool.enqueue(fn, 'b'))).toEqual([]);
  expect(said(pool.gone(1))).toEqual(['spawn 2 for b']);
});

test('placement decides which of several free instances serves', () => {
  const served = (placement: 'mru' | 'lru' | 'random'): number[] => {
    const pool = createPool<string>({ ...LIMITS, placement, spawnParallelism: 3 });
    for (const job of ['a', 'b', 'c']) pool.enqueue(shape('f'), job);
    for (const id of [1, 2, 3]) pool.started(id);
    for (const id of [1, 2, 3]) pool.freed(id, id);
    return Array.from({ length: 8 }, (_, i) => {
      const [action] = pool.enqueue(shape('f'), `x${i}`);
      pool.freed(action!.instance, 10 + i);
      return action!.instance;
    });
  };
  expect(served('mru')).toEqual([3, 3, 3, 3, 3, 3, 3, 3]);
  expect(served('lru')).toEqual([1, 2, 3, 1, 2, 3, 1, 2]);
  // Alea of the seed "1/placement": the same on every machine
  expect(served('random')).toEqual(served('random'));
  expect(new Set(served('random')).size).toBe(3);
});

test('a job has room while it would be served at once or fewer than the limit wait', () => {
  const pool = createPool<string>({ ...LIMITS, maxInstances: 1, queueLimit: 1 });
  const [f, g] = [shape('f'), shape('g')];
  expect(pool.hasRoom(f)).toBe(true);
  pool.enqueue(f, 'a');
  expect(pool.hasRoom(f)).toBe(true);
  pool.enqueue(f, 'b');
  expect([pool.hasRoom(f), pool.hasRoom(g)]).toEqual([false, true]);
  pool.started(1);
  pool.freed(1, 5);
  expect(pool.hasRoom(f)).toBe(true);
  const none = createPool<string>({ ...LIMITS, maxInstances: 1, queueLimit: 0 });
  expect(none.hasRoom(f)).toBe(true);
  none.enqueue(f, 'a');
  expect(none.hasRoom(f)).toBe(false);
});

test('a function without an instance does not wait for ever behind one that is always busy', () => {
  const pool = createPool<string>({ ...LIMITS, maxInstances: 1 });
  for (const job of ['f1', 'f2', 'f3']) pool.enqueue(shape('f'), job);
  pool.enqueue(shape('g'), 'g1');
  pool.enqueue(shape('f'), 'f4');
  pool.started(1);
  expect(said(pool.freed(1, 1))).toEqual(['run f2 on 1']);
  expect(said(pool.freed(1, 2))).toEqual(['run f3 on 1']);
  // g1 came before f4
  expect(said(pool.freed(1, 3))).toEqual(['stop 1', 'spawn 2 for g1']);
  pool.started(2);
  expect(said(pool.freed(2, 4))).toEqual(['stop 2', 'spawn 3 for f4']);
});

test('a prewarmed instance becomes the function that needs one, and the next one is started for it', () => {
  const pool = createPool<string>({ ...LIMITS, prewarm: { node: 1 } });
  expect(said(pool.prewarm())).toEqual(['prewarm 1 (node)']);
  expect(said(pool.started(1))).toEqual([]);
  expect(said(pool.enqueue(shape('py', { prewarmedBy: 'python3' }), 'a'))).toEqual(['spawn 2 for a']);
  expect(said(pool.enqueue(shape('js', { prewarmedBy: 'node' }), 'b'))).toEqual(['adopt 1 for b', 'prewarm 3 (node)']);
  pool.started(1);
  expect(said(pool.freed(1, 5))).toEqual([]);
  expect(said(pool.enqueue(shape('js', { prewarmedBy: 'node' }), 'c'))).toEqual(['run c on 1']);
});

test('at the limit a prewarmed instance of no use gives way, but never before an idle one', () => {
  const pool = createPool<string>({ ...LIMITS, maxInstances: 2, prewarm: { node: 1 } });
  pool.prewarm();
  pool.started(1);
  pool.enqueue(shape('f'), 'a');
  pool.started(2);
  pool.freed(2, 5);
  expect(said(pool.enqueue(shape('g'), 'b'))).toEqual(['stop 2', 'spawn 3 for b']);
  pool.started(3);
  expect(said(pool.enqueue(shape('h'), 'c'))).toEqual(['stop 1', 'spawn 4 for c']);
  pool.started(4);
  expect(said(pool.gone(3))).toEqual(['prewarm 5 (node)']);
});

test('prewarmed instances that end before they are ready are tried three times, no more', () => {
  const pool = createPool<string>({ ...LIMITS, prewarm: { node: 1 } });
  expect(said(pool.prewarm())).toEqual(['prewarm 1 (node)']);
  expect(said(pool.gone(1))).toEqual(['prewarm 2 (node)']);
  expect(said(pool.gone(2))).toEqual(['prewarm 3 (node)']);
  expect(said(pool.gone(3))).toEqual([]);
});
