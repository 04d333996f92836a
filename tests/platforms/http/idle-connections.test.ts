import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { monotonicMs } from '../../../common/clock.js';
import type { Connection } from '../../../platforms/http/connection.js';
import { idleConnections } from '../../../platforms/http/idle-connections.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }));
afterEach(() => void vi.useRealTimers());

/** What a store of idle connections looks at. */
function idleFor(ms: number): Connection {
  return { reusable: true, idleUntilMs: monotonicMs() + ms } as Connection;
}

test('the connection used last is taken first', () => {
  const idle = idleConnections(() => undefined);
  const [first, second] = [idleFor(1_000), idleFor(1_000)];
  idle.add(first);
  idle.add(second);
  expect([idle.take(), idle.take(), idle.take()]).toEqual([second, first, undefined]);
  idle.close();
});

test('one that closed meanwhile is passed over without a word; one too old is handed out to be ended', () => {
  const tooOld: Connection[] = [];
  const idle = idleConnections((connection) => void tooOld.push(connection));
  const [good, old, closed] = [idleFor(1_000), idleFor(10), idleFor(1_000)];
  for (const connection of [good, old, closed]) idle.add(connection);
  closed.reusable = false;
  vi.advanceTimersByTime(10);
  expect(idle.take()).toBe(good);
  expect(tooOld).toEqual([old]);
  idle.close();
});

test('those that nobody takes are found within a second after their time, each once, and the others stay', () => {
  const tooOld: Connection[] = [];
  const idle = idleConnections((connection) => void tooOld.push(connection));
  const [short, long, closed] = [idleFor(500), idleFor(5_000), idleFor(500)];
  for (const connection of [short, long, closed]) idle.add(connection);
  closed.reusable = false;
  vi.advanceTimersByTime(1_500);
  expect([tooOld, idle.count]).toEqual([[short], 1]);
  vi.advanceTimersByTime(3_000);
  expect(tooOld).toEqual([short]);
  vi.advanceTimersByTime(1_500);
  expect([tooOld, idle.count]).toEqual([[short, long], 0]);
  idle.close();
  expect(vi.getTimerCount()).toBe(0);
});
