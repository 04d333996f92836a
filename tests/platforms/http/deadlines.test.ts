import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { monotonicMs } from '../../../common/clock.js';
import { deadlines, type Deadlines } from '../../../platforms/http/deadlines.js';
import { Exchange } from '../../../platforms/http/exchange.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

const TIMEOUT_MS = 100;

/** Deadlines that note who met theirs, and when. */
function noting(): { due: Deadlines; expired: { exchange: Exchange; atMs: number }[] } {
  const expired: { exchange: Exchange; atMs: number }[] = [];
  const due = deadlines(TIMEOUT_MS, (exchange) => {
    due.remove(exchange);
    expired.push({ exchange, atMs: monotonicMs() });
  });
  return { due, expired };
}

test('whatever is added and removed, in any order, who stays meets the deadline: once, in order, not early, in 1 ms', () => {
  const step = fc.record({ waitMs: fc.nat(60), what: fc.constantFrom('add', 'add', 'remove'), pick: fc.nat() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { due, expired } = noting();
      const begunMs = new Map<Exchange, number>();
      const removed = new Set<Exchange>();
      for (const { waitMs, what, pick } of steps) {
        vi.advanceTimersByTime(waitMs);
        const underWay = [...begunMs.keys()].filter(
          (exchange) => !removed.has(exchange) && !expired.some((one) => one.exchange === exchange),
        );
        expect(due.all()).toEqual(underWay);
        if (what === 'add') {
          const exchange = new Exchange();
          begunMs.set(exchange, monotonicMs());
          due.add(exchange, monotonicMs());
        } else if (underWay.length > 0) {
          const gone = underWay[pick % underWay.length]!;
          removed.add(gone);
          due.remove(gone);
        }
      }
      vi.advanceTimersByTime(2 * TIMEOUT_MS);
      const stayed = [...begunMs.keys()].filter((exchange) => !removed.has(exchange));
      expect(expired.map(({ exchange }) => exchange)).toEqual(stayed);
      for (const { exchange, atMs } of expired) {
        const lateMs = atMs - begunMs.get(exchange)! - TIMEOUT_MS;
        expect(lateMs).toBeGreaterThanOrEqual(0);
        expect(lateMs).toBeLessThanOrEqual(1.001);
      }
      expect(due.all()).toEqual([]);
      expect(vi.getTimerCount()).toBe(0);
    }),
  );
});

test('one timer serves any number, and none is left when they are closed', () => {
  const { due } = noting();
  for (let i = 0; i < 1_000; i += 1) due.add(new Exchange(), monotonicMs());
  expect(vi.getTimerCount()).toBe(1);
  due.close();
  expect(vi.getTimerCount()).toBe(0);
});

test('an exchange may be used again as soon as it was removed, also from within its own expiry', () => {
  let rounds = 0;
  const due = deadlines(TIMEOUT_MS, (exchange) => {
    due.remove(exchange);
    rounds += 1;
    if (rounds < 3) due.add(exchange, monotonicMs());
  });
  due.add(new Exchange(), monotonicMs());
  vi.advanceTimersByTime(10 * TIMEOUT_MS);
  expect([rounds, due.all().length, vi.getTimerCount()]).toEqual([3, 0, 0]);
});
