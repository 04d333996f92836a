import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Growth, growth } from '../../../platforms/http/growth.js';
import type { OpenedSocket, SocketOpener } from '../../../platforms/http/sockets.js';

type Settle = Parameters<SocketOpener>[0];

/** A pool whose sockets open, fail or stall as the test says. */
function grower(maxConnections: number): {
  growing: Growth;
  pool: { connections: number; waiting: number; failed: number };
  attempts: Settle[];
  aborted: () => number;
} {
  const pool = { connections: 0, waiting: 0, failed: 0 };
  const attempts: Settle[] = [];
  let aborted = 0;
  const growing = growth(
    (settle) => {
      attempts.push(settle);
      return { abort: () => void (aborted += 1) };
    },
    maxConnections,
    {
      connections: () => pool.connections,
      waiting: () => pool.waiting,
      onOpened() {
        pool.connections += 1;
        pool.waiting = Math.max(0, pool.waiting - 1);
      },
      onFailed: () => void (pool.failed += 1),
    },
  );
  return { growing, pool, attempts, aborted: () => aborted };
}

const OPENED = { socket: { destroy: () => undefined } } as unknown as OpenedSocket;
const turn = (): Promise<void> => new Promise((over) => setImmediate(over));

test('ten thousand that wait are met with eight attempts a turn and never more than 128 at once', async () => {
  const { growing, pool, attempts } = grower(10_000);
  pool.waiting = 10_000;
  growing.openForWaiting();
  expect(growing.underWay).toBe(8);
  await turn();
  expect(growing.underWay).toBe(16);
  for (let i = 0; i < 50; i += 1) await turn();
  expect([growing.underWay, attempts.length]).toEqual([128, 128]);
  // One that opens makes room for one.
  attempts[0]!(null, OPENED);
  await turn();
  expect([growing.underWay, attempts.length]).toEqual([128, 129]);
});

test('whatever opens and fails, connections and attempts together never exceed the most that there may be', async () => {
  const step = fc.tuple(fc.constantFrom('want', 'open', 'fail', 'turn', 'ahead', 'close one'), fc.nat());
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 40 }), fc.array(step, { maxLength: 60 }), async (most, steps) => {
      const { growing, pool, attempts } = grower(most);
      for (const [what, pick] of steps) {
        const at = attempts.length > 0 ? pick % attempts.length : 0;
        if (what === 'want') {
          pool.waiting += pick % 20;
          growing.openForWaiting();
        } else if (what === 'open') attempts.splice(at, 1)[0]?.(null, OPENED);
        else if (what === 'fail') attempts.splice(at, 1)[0]?.(new Error('refused'), null);
        else if (what === 'ahead') growing.openAhead();
        else if (what === 'close one') pool.connections = Math.max(0, pool.connections - 1);
        else await turn();
        expect(pool.connections + growing.underWay).toBeLessThanOrEqual(most);
        expect(growing.underWay).toBe(attempts.length);
      }
      // Nobody is forgotten: after some turns attempts are under way for all that wait, as far as there may be so many.
      for (let i = 0; i < 8; i += 1) await turn();
      growing.openForWaiting();
      expect(growing.underWay).toBeGreaterThanOrEqual(Math.min(pool.waiting, most - pool.connections));
    }),
    { numRuns: 60 },
  );
});

test('warming opens as many as it was asked for, also beyond the attempts at once', async () => {
  const { growing, pool, attempts } = grower(1_000);
  const warm = growing.warm(300);
  let most = 0;
  while (pool.connections < 300) {
    most = Math.max(most, growing.underWay);
    attempts.shift()!(null, OPENED);
    await turn();
  }
  await warm;
  expect([pool.connections, growing.underWay, most]).toEqual([300, 0, 128]);
});

test('warming a server that answers no handshake gives up after one attempt a lane, not after one a connection', async () => {
  const { growing, pool, attempts } = grower(1_000);
  const warm = growing.warm(1_000);
  for (const settle of attempts) settle(new Error('no connection in time'), null);
  await warm;
  expect([attempts.length, pool.failed]).toEqual([128, 128]);
});

test('closing gives up the attempts, and a socket that opens after it is destroyed', () => {
  const { growing, pool, attempts, aborted } = grower(10);
  pool.waiting = 3;
  growing.openForWaiting();
  growing.close();
  let destroyed = 0;
  const late = { socket: { destroy: () => void (destroyed += 1) } } as unknown as OpenedSocket;
  for (const settle of attempts) settle(null, late);
  expect([aborted(), destroyed, pool.connections, pool.failed, attempts.length]).toEqual([3, 3, 0, 0, 3]);
});
