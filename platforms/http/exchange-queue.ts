import type { Exchange } from './exchange.js';

/** First in, first out; those that met their deadline while waiting are passed over. */
export class ExchangeQueue {
  readonly #passedOver: (exchange: Exchange) => void;
  #items: Exchange[] = [];
  #head = 0;
  #waiting = 0;

  /** @param passedOver called for one that had ended, when its turn comes */
  constructor(passedOver: (exchange: Exchange) => void) {
    this.#passedOver = passedOver;
  }

  /** how many wait and have not met their deadline */
  get length(): number {
    return this.#waiting;
  }

  push(exchange: Exchange): void {
    exchange.queued = true;
    this.#items.push(exchange);
    this.#waiting += 1;
  }

  /** One that waits has met its deadline; its place is given up when its turn comes. */
  noteEnded(): void {
    this.#waiting -= 1;
  }

  shift(): Exchange | undefined {
    while (this.#head < this.#items.length) {
      const exchange = this.#items[this.#head]!;
      this.#head += 1;
      if (this.#head > 1_024 && this.#head * 2 > this.#items.length) {
        this.#items = this.#items.slice(this.#head);
        this.#head = 0;
      }
      exchange.queued = false;
      if (exchange.ended) {
        this.#passedOver(exchange);
        continue;
      }
      this.#waiting -= 1;
      return exchange;
    }
    this.#items = [];
    this.#head = 0;
    return undefined;
  }
}
