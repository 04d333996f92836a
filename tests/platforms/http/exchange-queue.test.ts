import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Exchange } from '../../../platforms/http/exchange.js';
import { ExchangeQueue } from '../../../platforms/http/exchange-queue.js';

function begun(): Exchange {
  const exchange = new Exchange();
  exchange.ended = false;
  return exchange;
}

test('whatever is pushed, taken and given up, the oldest that waits comes first, and `queued` tells who stands in it', () => {
  const step = fc.constantFrom('push', 'push', 'shift', 'give up the oldest', 'give up any');
  fc.assert(
    fc.property(fc.array(fc.tuple(step, fc.nat()), { maxLength: 200 }), (steps) => {
      const queue = new ExchangeQueue();
      let model: Exchange[] = [];
      for (const [what, pick] of steps) {
        if (what === 'push') {
          const exchange = begun();
          queue.push(exchange);
          model.push(exchange);
        } else if (what === 'shift') {
          const taken = queue.shift();
          expect(taken).toBe(model.shift());
          expect(taken?.queued ?? false).toBe(false);
        } else if (model.length > 0) {
          const gone = model[what === 'give up any' ? pick % model.length : 0]!;
          queue.giveUp(gone);
          // The place of the oldest is free at once, so that its exchange may be used again.
          if (gone === model[0]) expect(gone.queued).toBe(false);
          model = model.filter((exchange) => exchange !== gone);
        }
        expect(queue.length).toBe(model.length);
        expect(model.every(({ queued }) => queued)).toBe(true);
      }
    }),
  );
});

test('a queue that is never empty forgets those that left it', async () => {
  const queue = new ExchangeQueue();
  for (let i = 0; i < 10; i += 1) queue.push(begun());
  const left: WeakRef<Exchange>[] = [];
  for (let i = 0; i < 20_000; i += 1) {
    queue.push(begun());
    left.push(new WeakRef(queue.shift()!));
  }
  // A weak reference holds its target until the end of the job.
  await new Promise((turn) => setImmediate(turn));
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  // Used places are given back when there are 1,024 of them, if they are also the greater part.
  expect(left.filter((reference) => reference.deref() !== undefined).length).toBeLessThan(2 * 1_024);
  expect(queue.length).toBe(10);
});
