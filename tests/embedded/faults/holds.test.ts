import { expect, test } from 'vitest';
import { createHolds } from '../../../embedded/faults/holds.js';
import { nowNs } from '../../../embedded/timeline.js';

test('nothing is held for less than it should, whatever the fraction of a millisecond, and each is told for how long', async () => {
  const { hold } = createHolds();
  // From 0.013 to 6.5 ms, begun in different turns: timers drop fractions, and fire up to a millisecond early.
  const asked = Array.from({ length: 500 }, (_, i) => 0.013 * (i + 1));
  const held: { askedNs: number; toldNs: number; seenNs: number }[] = [];
  for (let i = 0; i < asked.length; i += 25) {
    await Promise.all(
      asked.slice(i, i + 25).map((ms) => {
        const began = nowNs();
        return new Promise<void>((goOn) =>
          hold(ms, (toldNs) => {
            held.push({ askedNs: ms * 1e6, toldNs, seenNs: nowNs() - began });
            goOn();
          }),
        );
      }),
    );
  }
  expect(held).toHaveLength(500);
  expect(held.filter(({ askedNs, toldNs }) => toldNs < askedNs - 1)).toEqual([]);
  expect(held.filter(({ toldNs, seenNs }) => toldNs > seenNs)).toEqual([]);
});

test('what is not held goes on in the same turn, and what is held for longer goes on later', async () => {
  const { hold } = createHolds();
  const went: string[] = [];
  const last = new Promise<void>((resolve) =>
    hold(20, () => {
      went.push('late');
      resolve();
    }),
  );
  hold(10, () => went.push('soon'));
  hold(0, (ns) => went.push(`now, after ${ns}`));
  expect(went).toEqual(['now, after 0']);
  await last;
  expect(went).toEqual(['now, after 0', 'soon', 'late']);
});

test('what is released goes on once, with what it holds itself, and is told that it was held for less', () => {
  const { hold, release } = createHolds();
  const went: string[] = [];
  const tell = (name: string, ns: number) => went.push(`${name} ${ns > 0 && ns < 3_600e9 ? 'for less' : ns}`);
  hold(3_600_000, (outerNs) => {
    tell('outer', outerNs);
    hold(3_600_000, (innerNs) => tell('inner', innerNs));
  });
  // also what waits for a fraction of a millisecond only, by turns of the event loop
  hold(0.9, () => went.push('fraction'));
  release();
  expect(went).toEqual(['outer for less', 'fraction', 'inner for less']);
  release();
  expect(went).toHaveLength(3);
});
