import type { Exchange } from './exchange.js';

/** First in, first out; those that met their deadline while waiting are passed over. */
export class ExchangeQueue {
  #items: Exchange[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  push(exchange: Exchange): void {
    this.#items.push(exchange);
  }

  shift(): Exchange | undefined {
    while (this.#head < this.#items.length) {
      const exchange = this.#items[this.#head]!;
      this.#head += 1;
      if (this.#head > 1_024 && this.#head * 2 > this.#items.length) {
        this.#items = this.#items.slice(this.#head);
        this.#head = 0;
      }
      if (!exchange.ended) return exchange;
    }
    return undefined;
  }
}
