import type { Estimate } from '../../statistics/estimate.js';
import { estimatesOf } from '../curves/run-estimates.js';
import { SHIFT_QUANTILES, shiftsOf, type Shift } from '../curves/shifts.js';
import type { MergedRun } from '../merged.js';
import { CURVE_PERCENTILES, type RunCurve } from '../run-curves.js';
import type { SingleRuns } from './percentile-curves.js';
import { answeredIn, runsOf, type Scene } from './scene.js';

/** The intervals of runs that stand alone in their group, for the bands of the percentile curves. */
export async function singleRunsOf(scene: Scene): Promise<SingleRuns> {
  const single = new Map<string, Map<string, readonly Estimate[]>>();
  for (const group of scene.groups.filter(({ runs }) => runs.length === 1)) {
    for (const run of runsOf(scene, group)) {
      const of = new Map<string, readonly Estimate[]>();
      for (const name of scene.functions) of.set(name, await ownEstimates(scene, run, name, CURVE_PERCENTILES));
      single.set(run.run_id, of);
    }
  }
  return single;
}

/**
 * How each quantile of each function changed between the two sides; empty without sides.
 * @param curves of the runs of both, whose percentiles hold those of the shift
 */
export async function shiftsOfFunctions(scene: Scene, curves: readonly RunCurve[]): Promise<Map<string, Shift[]>> {
  const shifts = new Map<string, Shift[]>();
  if (scene.result.sides === null) return shifts;
  const [baseline, candidate] = scene.groups.map((group) => runsOf(scene, group)) as [MergedRun[], MergedRun[]];
  const single = baseline.length === 1 && candidate.length === 1;
  for (const name of scene.functions) {
    const estimates = async (runs: MergedRun[]) => {
      if (single) return [await ownEstimates(scene, runs[0]!, name, SHIFT_QUANTILES)];
      const own = curves.filter(
        (curve) => curve.function === name && runs.some(({ run_id }) => run_id === curve.run_id),
      );
      return own.map(({ values }) =>
        SHIFT_QUANTILES.map((p) => withoutInterval(values[CURVE_PERCENTILES.indexOf(p)]!)),
      );
    };
    const sides = { baseline: await estimates(baseline), candidate: await estimates(candidate) };
    if (sides.baseline.length > 0 && sides.candidate.length > 0) shifts.set(name, shiftsOf(sides));
  }
  return shifts;
}

async function ownEstimates(scene: Scene, run: MergedRun, name: string, ps: readonly number[]): Promise<Estimate[]> {
  const { time, tables, result } = scene;
  const options = { time, ps, answered: answeredIn(scene, run.run_id, name), seed: result.seed };
  return (await estimatesOf(run, name, options, tables)).quantiles;
}

/** Between runs only the value counts. */
function withoutInterval(value: number | null): Estimate {
  return { value, low: null, high: null, n: 1, method: 'none', note: null };
}
