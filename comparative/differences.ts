import type { Tables } from '../records/tables.js';
import { cliffsDelta } from '../statistics/cliffs-delta.js';
import { holm } from '../statistics/holm.js';
import { betweenRuns, figureOf } from './between-runs.js';
import { comparedBy, isOfTime, MEASURES, type Comparison, type Measure } from './comparison.js';
import { commonBasis, ratioOfCosts } from './costs.js';
import type { MergedRun } from './merged.js';
import { groupOf, pairsOf, type Pair } from './pairs.js';
import type { RunFigures } from './run-figures.js';
import type { Sides } from './sides.js';
import { rowsOfPair, withinRuns, type RowsOfPair } from './within-runs.js';

/** Holm-corrected p values below this are called a difference. */
const LEVEL = 0.05;

export interface DifferenceOptions {
  /** of the bootstrap */
  seed: number;
}

/**
 * Every measure of every function, and of every instance where a function has several, that both sides have. Several
 * runs a side: the run is the unit. One run a side: sectioning, or the moving-block bootstrap for tails. Rows are never
 * taken as independent. All comparisons returned are corrected together, after Holm.
 */
export async function differences(
  sides: Sides,
  runs: MergedRun[],
  figures: RunFigures[],
  tables: Tables,
  { seed }: DifferenceOptions,
): Promise<Comparison[]> {
  const comparisons: Comparison[] = [];
  for (const pair of pairsOf(sides, figures)) {
    const single = pair.baseline.length === 1 && pair.candidate.length === 1;
    const rows = single ? await rowsOfPair(pair, runs, tables) : null;
    for (const measure of MEASURES) {
      if (pair.time === null && isOfTime(measure)) continue;
      // Only functions are priced, and only where the platform tells what it bills by.
      if (measure === 'cost' && ratioOfCosts(pair.baseline, pair.candidate) === null) continue;
      comparisons.push(comparisonOf(pair, measure, { rows, runs, seed }));
    }
  }
  return corrected(comparisons);
}

interface Judged {
  /** null where a side has several runs */
  rows: RowsOfPair | null;
  runs: MergedRun[];
  seed: number;
}

function comparisonOf(pair: Pair, measure: Measure, { rows, runs, seed }: Judged): Comparison {
  const { baseline, candidate, change, other, p, foresight } =
    measure === 'cost'
      ? ratioOfCosts(pair.baseline, pair.candidate)!
      : rows === null
        ? betweenRuns(pair, measure, runs)
        : withinRuns(pair, rows, measure, seed);
  const rowsIn = (side: RunFigures[]) => side.reduce((sum, run) => sum + run.rows, 0);
  return {
    ...groupOf(pair),
    measure,
    time: isOfTime(measure) ? pair.time : null,
    by: comparedBy(measure),
    baseline,
    candidate,
    change,
    other,
    p,
    p_holm: null,
    runs: { baseline: pair.baseline.length, candidate: pair.candidate.length },
    rows: { baseline: rowsIn(pair.baseline), candidate: rowsIn(pair.candidate) },
    finding: change.value === null ? 'no number' : 'cannot tell',
    foresight,
    cost_basis: measure === 'cost' ? commonBasis(pair.baseline, pair.candidate) : null,
    cliffs_delta: measure === 'p50' ? deltaOf(pair, rows) : null,
  };
}

/** Rows where a side is one run; else the runs' own medians, as the run is the unit. */
function deltaOf(pair: Pair, rows: RowsOfPair | null): number | null {
  if (rows !== null) return cliffsDelta(rows.baseline.series.times, rows.candidate.series.times);
  const medians = (side: RunFigures[]) =>
    Float64Array.from(side.flatMap((run) => figureOf(run, 'p50', pair.time) ?? []));
  return cliffsDelta(medians(pair.baseline), medians(pair.candidate));
}

function corrected(comparisons: Comparison[]): Comparison[] {
  const adjusted = holm(comparisons.map(({ p }) => p));
  return comparisons.map((comparison, at) => {
    const p_holm = adjusted[at]!;
    if (p_holm === null || !(p_holm < LEVEL)) return { ...comparison, p_holm };
    const none = comparison.by === 'ratio' ? 1 : 0;
    return { ...comparison, p_holm, finding: comparison.change.value! > none ? 'more' : 'less' };
  });
}
