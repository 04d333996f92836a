import { leastRowsOfQuantile } from '../statistics/intervals.js';
import { noInterval, type Change } from './change.js';
import { isOfTime, QUANTILES, type Measure, type TimeColumn } from './comparison.js';
import { differentPlans } from './different-plans.js';
import type { MergedRun } from './merged.js';
import type { Pair } from './pairs.js';
import type { RunFigures } from './run-figures.js';
import { differenceOfFigures, ratioOfFigures } from './several-runs.js';

/** A measure compared where a side has several runs: the run is the unit. */
export function betweenRuns(pair: Pair, measure: Exclude<Measure, 'cost'>, runs: readonly MergedRun[]): Change {
  if (measure === 'cold_share' || measure === 'error_rate') {
    const shares = (side: RunFigures[]) =>
      side.flatMap((run) => {
        const share = run[measure];
        const rows = measure === 'cold_share' ? run.coldKnown : run.rows;
        return share === null ? [] : { share, rows };
      });
    return explained(differenceOfFigures(shares(pair.baseline), shares(pair.candidate)), pair, measure);
  }
  const known = (side: RunFigures[]) => side.flatMap((run) => figureOf(run, measure, pair.time) ?? []);
  const change = ratioOfFigures(known(pair.baseline), known(pair.candidate));
  const reason = measure === 'throughput' ? differentPlans(pair, runs) : null;
  if (reason !== null) return noInterval(change, 'ratio', change.change.n, reason);
  return explained(change, pair, measure);
}

/** What one run says of a measure. */
export function figureOf(run: RunFigures, measure: Exclude<Measure, 'cost'>, time: TimeColumn | null): number | null {
  if (!isOfTime(measure)) return run[measure];
  return time === null ? null : run[measure][time];
}

/** Why a run has no figure is known here better than in the test; and what rests on some of the runs says so. */
function explained(change: Change, pair: Pair, measure: Exclude<Measure, 'cost'>): Change {
  const runs = [...pair.baseline, ...pair.candidate];
  const without = runs.filter((run) => figureOf(run, measure, pair.time) === null);
  const reason = without[0] === undefined ? null : whyNone(without, measure, pair.time);
  if (reason === null) return change;
  const { note } = change.change;
  // Where there is no number at all, the runs' own reason says why; else the test's, after it.
  const all = change.change.value === null;
  const some = `${without.length} of ${runs.length} runs ${without.length === 1 ? 'is' : 'are'} left out: ${reason}`;
  const told = all ? reason : note === null ? some : `${some}; ${note}`;
  return { ...change, change: { ...change.change, note: told }, other: { ...change.other, note: told } };
}

function whyNone(runs: RunFigures[], measure: Measure, time: TimeColumn | null): string | null {
  if (measure === 'cold_share') return runs.find(({ coldNote }) => coldNote !== null)?.coldNote ?? null;
  if (!isOfTime(measure) || measure === 'mean' || time === null) return null;
  const most = Math.max(...runs.map((run) => run.answered[time]));
  const least = leastRowsOfQuantile(QUANTILES[measure]);
  return `too few rows a run (at most ${most.toLocaleString('en-US')}; ${measure} needs ${least.toLocaleString('en-US')})`;
}
