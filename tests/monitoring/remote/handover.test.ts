import { expect, test } from 'vitest';
import { handover } from '../../../monitoring/remote/handover.js';

test('things are taken in order, and who puts one waits until it is', async () => {
  const things = handover<number>();
  const events: string[] = [];
  const putting = (async () => {
    for (const thing of [1, 2, 3]) {
      await things.put(thing);
      events.push(`put ${thing}`);
    }
    things.end();
  })();
  for (;;) {
    const taken = await things.take(10_000);
    if (taken === 'closed') break;
    events.push(`took ${taken}`);
  }
  await putting;
  expect(events.filter((event) => event.startsWith('took'))).toEqual(['took 1', 'took 2', 'took 3']);
  // 2 could not be put before 1 was taken, nor 3 before 2.
  expect(events.indexOf('took 1')).toBeLessThan(events.indexOf('put 2'));
  expect(events.indexOf('took 2')).toBeLessThan(events.indexOf('put 3'));
});

test('what waits at the end may still be taken, and then nothing', async () => {
  const things = handover<string>();
  const putting = things.put('last');
  things.end();
  expect(await things.take(0)).toBe('last');
  await putting;
  expect(await things.take(0)).toBe('closed');
  await things.put('too late');
  expect(await things.take(0)).toBe('closed');
});

test('closing drops what waits, and whoever waited goes on', async () => {
  const things = handover<string>();
  const putting = things.put('dropped');
  things.close();
  await putting;
  expect(await things.take(0)).toBe('closed');
  const others = handover<string>();
  const taking = others.take(600_000);
  others.close();
  expect(await taking).toBe('closed');
});

test('a taker that came too early takes nothing later', async () => {
  const things = handover<string>();
  expect(await things.take(1)).toBe('late');
  const putting = things.put('for the next');
  expect(await things.take(10_000)).toBe('for the next');
  await putting;
});
