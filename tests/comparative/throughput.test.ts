import { expect, test } from 'vitest';
import { randomStream } from '../../common/random.js';
import { ratioOfThroughputs, type ServedRate } from '../../comparative/throughput.js';

/** What `servedRate` finds of a run whose ends come as a Poisson process. */
function poissonRun(n: number, perS: number, seed: number): ServedRate {
  const random = randomStream(seed, `throughput/${n}`);
  const ends: number[] = [];
  for (let at = 0; ends.length < n;) ends.push((at -= Math.log(1 - random()) / perS));
  const section = ends.at(-1)! / 10;
  const counts = Array.from({ length: 10 }, () => 0);
  for (const end of ends) counts[Math.min(9, Math.floor((ends.at(-1)! - end) / section))]! += 1;
  const squares = counts.reduce((sum, count) => sum + ((10 * count) / n - 1) ** 2, 0);
  return { perS: n / ends.at(-1)!, relativeVariance: squares / 90, n };
}

test('two runs of one rate are called different in one of twenty', () => {
  let called = 0;
  let held = 0;
  for (let seed = 1; seed <= 1_000; seed += 1) {
    const [baseline, candidate] = [poissonRun(500, 20, 2 * seed), poissonRun(500, 20, 2 * seed + 1)];
    const { p, change } = ratioOfThroughputs(baseline.perS, candidate.perS, { baseline, candidate });
    if (p! < 0.05) called += 1;
    if (change.low! <= 1 && 1 <= change.high!) held += 1;
  }
  // Of 1,000 with 5 %: 50 ± 3·√(1000·0.05·0.95) = 50 ± 21. The interval and the p value are of one test.
  expect(Math.abs(called - 50)).toBeLessThan(21);
  expect(held).toBe(1_000 - called);
});

test('what was served too little, or is not known, has a ratio at most', () => {
  const few = ratioOfThroughputs(10, 12, { baseline: null, candidate: null });
  expect(few).toMatchObject({ baseline: 10, candidate: 12, p: null });
  expect(few.change).toMatchObject({
    value: 1.2,
    low: null,
    high: null,
    note: 'too few were served (100 a run are the least)',
  });
  const unknown = ratioOfThroughputs(null, 12, { baseline: null, candidate: null });
  expect(unknown.change).toMatchObject({ value: null, note: 'no throughput is known' });
});
