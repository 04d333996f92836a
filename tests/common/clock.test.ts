import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { anchorClock, compactUtc, monotonicMs, underscoredUtc } from '../../common/clock.js';
import { compiledModule } from '../../common/package-root.js';

test('stamps of two threads lie on one axis', async () => {
  const source = `
    import { parentPort } from 'node:worker_threads';
    const { monotonicMs } = await import(${JSON.stringify(compiledModule('common/clock.js').href)});
    parentPort.on('message', () => parentPort.postMessage(monotonicMs()));`;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`));
  try {
    for (let i = 0; i < 20; i += 1) {
      const before = monotonicMs();
      worker.postMessage('now');
      const [there] = (await once(worker, 'message')) as [number];
      // Whatever the machine does meanwhile, the other thread's stamp lies between ours, but for the error of the offset.
      expect(there).toBeGreaterThan(before - 0.05);
      expect(there).toBeLessThan(monotonicMs() + 0.05);
    }
  } finally {
    await worker.terminate();
  }
});

test('the anchor reads both clocks at one moment', () => {
  const before = Date.now();
  const anchor = anchorClock();
  expect(anchor.epochMs).toBeGreaterThanOrEqual(before);
  expect(anchor.epochMs).toBeLessThanOrEqual(Date.now());
  expect(anchor.monotonicMs).toBeLessThanOrEqual(monotonicMs());
});

test('times in names are UTC', () => {
  const epochMs = Date.UTC(2026, 10, 21, 8, 15, 0, 987);
  expect(compactUtc(epochMs)).toBe('20261121T081500Z');
  expect(underscoredUtc(epochMs)).toBe('2026_11_21_08_15_00');
});
