import { monotonicMs } from '../../common/clock.js';
import type { Exchange } from './exchange.js';

/** The exchanges that are under way, in the order of their deadlines. */
export interface Deadlines {
  add(exchange: Exchange, nowMs: number): void;
  remove(exchange: Exchange): void;
  /** all that are under way */
  all(): Exchange[];
  close(): void;
}

/**
 * All requests of a pool have equally long, so whoever begins later ends later: a list in the order of their beginnings and
 * one timer, for the first of them, serve any number.
 */
export function deadlines(timeoutMs: number, expire: (exchange: Exchange) => void): Deadlines {
  let first: Exchange | null = null;
  let last: Exchange | null = null;
  let timer: NodeJS.Timeout | null = null;

  function remove(exchange: Exchange): void {
    if (exchange.earlier === null) first = exchange.later;
    else exchange.earlier.later = exchange.later;
    if (exchange.later === null) last = exchange.earlier;
    else exchange.later.earlier = exchange.earlier;
    exchange.earlier = null;
    exchange.later = null;
  }

  function expireDue(): void {
    timer = null;
    const now = monotonicMs();
    // oxlint-disable-next-line no-unmodified-loop-condition -- an exchange that expires leaves the list
    while (first !== null && first.deadlineMs <= now) expire(first);
    wait();
  }

  /** The timer is never moved when its exchange ends early: it looks again when it rings, at most once in a timeout. */
  function wait(): void {
    if (timer !== null || first === null) return;
    // A timer may ring up to a millisecond early; then it waits for what is left.
    timer = setTimeout(expireDue, Math.max(1, Math.ceil(first.deadlineMs - monotonicMs())));
  }

  return {
    add(exchange, nowMs) {
      exchange.deadlineMs = nowMs + timeoutMs;
      exchange.earlier = last;
      if (last === null) first = exchange;
      else last.later = exchange;
      last = exchange;
      wait();
    },
    remove,
    all() {
      const all: Exchange[] = [];
      for (let exchange = first; exchange !== null; exchange = exchange.later) all.push(exchange);
      return all;
    },
    close() {
      if (timer !== null) clearTimeout(timer);
    },
  };
}
