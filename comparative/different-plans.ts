import type { MergedRun } from './merged.js';
import type { Pair } from './pairs.js';
import type { RunFigures } from './run-figures.js';

const NOTE =
  'the sides follow different plans (another seed, rate or arrivals), and runs of a side the same one: how much throughput differs from plan to plan is not known';

/**
 * Why throughput cannot be judged by the spread between runs; null where it can. A platform that keeps up serves what the plan
 * asks for, to the row: runs of one plan hardly differ in throughput, however much two draws of the same arrivals do (a Poisson
 * process with 300 arrivals expected by √300, 6 %). Where sides repeat plans of their own, that spread says nothing of the plans.
 */
export function differentPlans({ baseline, candidate }: Pair, runs: readonly MergedRun[]): string | null {
  const plansOf = (side: RunFigures[]): (string | undefined)[] =>
    side.map(({ run_id }) => runs.find((run) => run.run_id === run_id)?.manifest.plan_sha256);
  const [a, b] = [plansOf(baseline), plansOf(candidate)];
  const [plansA, plansB] = [new Set(a), new Set(b)];
  if (plansA.has(undefined) || plansB.has(undefined)) return null;
  const areSame = plansA.size === plansB.size && [...plansA].every((plan) => plansB.has(plan));
  const isRepeated = plansA.size < a.length || plansB.size < b.length;
  return !areSame && isRepeated ? NOTE : null;
}
