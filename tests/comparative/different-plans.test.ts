import { expect, test } from 'vitest';
import { betweenRuns } from '../../comparative/between-runs.js';
import { differentPlans } from '../../comparative/different-plans.js';
import type { MergedRun } from '../../comparative/merged.js';
import type { Pair } from '../../comparative/pairs.js';
import type { RunFigures } from '../../comparative/run-figures.js';

/** @param plans by run: the plan that it followed, and what was served of it a second */
function sides(
  baseline: [plan: string, throughput: number][],
  candidate: [plan: string, throughput: number][],
): { pair: Pair; runs: MergedRun[] } {
  const all = [...baseline, ...candidate];
  const figures = all.map(([, throughput], at) => ({ run_id: `r${at}`, throughput }) as RunFigures);
  const runs = all.map(([plan], at) => ({ run_id: `r${at}`, manifest: { plan_sha256: plan } }) as MergedRun);
  const pair = {
    baseline: figures.slice(0, baseline.length),
    candidate: figures.slice(baseline.length),
    time: 'response_ms',
  } as Pair;
  return { pair, runs };
}

test('two seeds, each run twice: their draws differ by 10 %, and nothing is found of the platform', () => {
  const { pair, runs } = sides(
    [
      ['a', 104.01],
      ['a', 104.02],
    ],
    [
      ['b', 93.4],
      ['b', 93.41],
    ],
  );
  const change = betweenRuns(pair, 'throughput', runs);
  expect(change).toMatchObject({ p: null, foresight: null });
  expect(change.change).toMatchObject({ low: null, high: null, note: expect.stringContaining('different plans') });
  // What was measured still stands there.
  expect(change.change.value).toBeCloseTo(93.405 / 104.015, 6);
});

test('runs of one plan on both sides, or each of a plan of its own, are compared by the spread between them', () => {
  const same = sides(
    [
      ['a', 100],
      ['a', 101],
    ],
    [
      ['a', 90],
      ['a', 91],
    ],
  );
  const own = sides(
    [
      ['a', 100],
      ['b', 104],
    ],
    [
      ['c', 90],
      ['d', 97],
    ],
  );
  for (const { pair, runs } of [same, own]) {
    expect(differentPlans(pair, runs)).toBeNull();
    expect(betweenRuns(pair, 'throughput', runs).change.low).not.toBeNull();
  }
});

test('one repeated plan against several of their own is not compared either; archives without a plan are', () => {
  const mixed = sides(
    [
      ['a', 100],
      ['a', 100.1],
    ],
    [
      ['b', 90],
      ['c', 97],
    ],
  );
  expect(differentPlans(mixed.pair, mixed.runs)).toMatch(/different plans/);
  const unknown = { ...mixed, runs: mixed.runs.map((run) => ({ ...run, manifest: {} }) as MergedRun) };
  expect(differentPlans(unknown.pair, unknown.runs)).toBeNull();
});
