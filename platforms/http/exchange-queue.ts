import type { Exchange } from './exchange.js';

/** Places at the front that were used, from which on they are given back: each is then moved less than once on average. */
const WORTH_MOVING = 1_024;

/** Exchanges that wait for a connection: first in, first out. */
export class ExchangeQueue {
  #items: Exchange[] = [];
  #head = 0;
  #waiting = 0;

  /** how many wait and have not met their deadline */
  get length(): number {
    return this.#waiting;
  }

  push(exchange: Exchange): void {
    exchange.queued = true;
    this.#items.push(exchange);
    this.#waiting += 1;
  }

  /** One that waits ends before its turn. All have equally long, so it is the oldest, and its place is free at once. */
  giveUp(exchange: Exchange): void {
    exchange.ended = true;
    this.#waiting -= 1;
    this.#passOverEnded();
  }

  shift(): Exchange | undefined {
    this.#passOverEnded();
    const exchange = this.#items[this.#head];
    if (exchange === undefined) return undefined;
    this.#leave(exchange);
    this.#waiting -= 1;
    return exchange;
  }

  #passOverEnded(): void {
    for (let first = this.#items[this.#head]; first?.ended === true; first = this.#items[this.#head])
      this.#leave(first);
  }

  #leave(first: Exchange): void {
    first.queued = false;
    this.#head += 1;
    if (this.#head === this.#items.length) {
      this.#items.length = 0;
      this.#head = 0;
    } else if (this.#head > WORTH_MOVING && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
  }
}
