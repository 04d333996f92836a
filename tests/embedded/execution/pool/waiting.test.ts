import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createWaitingJobs } from '../../../../embedded/execution/pool/waiting.js';

test('a queue gives back what was put in, in order, however long it was: against a plain list', () => {
  // Thousands at a time, so that what was taken is thrown away in between.
  const steps = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 3_000 })), { maxLength: 12 });
  fc.assert(
    fc.property(steps, (story) => {
      const waiting = createWaitingJobs<number>();
      const plain: number[] = [];
      let next = 0;
      for (const [adds, times] of story) {
        for (let i = 0; i < times; i += 1) {
          if (adds) {
            next += 1;
            plain.push(next);
            waiting.add('f', next);
          } else if (waiting.takeFirst('f') !== plain.shift()) return false;
        }
        expect(waiting.count('f')).toBe(plain.length);
        expect(waiting.firstArrival('f')).toBe(plain[0] ?? Infinity);
      }
      expect([...waiting.functions()]).toEqual(plain.length > 0 ? ['f'] : []);
      expect(waiting.drain()).toEqual(plain);
      return true;
    }),
    { numRuns: 30 },
  );
});

test('what is left comes out in the order in which it came, whosever it is', () => {
  const waiting = createWaitingJobs<string>();
  waiting.add('f', 'a');
  waiting.add('g', 'b');
  waiting.add('f', 'c');
  expect(waiting.takeFirst('f')).toBe('a');
  expect(waiting.drain()).toEqual(['b', 'c']);
  expect(waiting.takeFirst('g')).toBe(undefined);
});
