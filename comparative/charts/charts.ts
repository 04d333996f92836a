import type { Tables } from '../../records/tables.js';
import type { TimeColumn } from '../comparison.js';
import type { MergedRun } from '../merged.js';
import type { ComparisonResult } from '../result.js';
import { curvesOfRuns } from '../run-curves.js';
import { type Chart, shortName, SIDE_COLOURS } from './chart.js';
import { forestChart } from './forest.js';
import { loadCurveChart } from './load-curve.js';
import type { CurveGroup } from './percentile-curves.js';
import { percentilesChart } from './percentiles.js';
import { scatterChart } from './scatter.js';

/** All pictures for which there is something to show, in the order in which a reader asks. */
export async function chartsOf(result: ComparisonResult, tables: Tables): Promise<Chart[]> {
  const { sides, comparisons, figures, merged } = result;
  const time: TimeColumn = figures.some((row) => row.answered.response_ms > 0) ? 'response_ms' : 'latency_ms';
  const charts = [
    sides === null
      ? null
      : forestChart(comparisons, { baseline: sides.baseline.label, candidate: sides.candidate.label }),
    percentilesChart(curveGroups(result), await curvesOfRuns(comparedRuns(result), time, tables), time),
    loadCurveChart(merged.runs, figures),
    await scatterChart(tables, sideColours(result)),
  ];
  return charts.filter((chart) => chart !== null);
}

/** Only the runs of the two sides are drawn as curves, where there are sides. */
function comparedRuns({ sides, merged }: ComparisonResult): MergedRun[] {
  if (sides === null) return merged.runs;
  return merged.runs.filter(
    ({ run_id }) => sides.baseline.runs.includes(run_id) || sides.candidate.runs.includes(run_id),
  );
}

/** The two sides, or without sides every test. */
function curveGroups({ sides, merged }: ComparisonResult): CurveGroup[] {
  if (sides !== null) {
    return (['baseline', 'candidate'] as const).map((side) => ({ ...sides[side], colour: SIDE_COLOURS[side] }));
  }
  const tests = [...new Set(merged.runs.map((run) => run.test))];
  return tests.map((test) => ({
    label: test,
    runs: merged.runs.filter((run) => run.test === test).map((run) => run.run_id),
  }));
}

function sideColours({ sides }: ComparisonResult): Record<string, string> {
  if (sides === null) return {};
  return Object.fromEntries(
    (['baseline', 'candidate'] as const).map((side) => [shortName(sides[side].label), SIDE_COLOURS[side]]),
  );
}
