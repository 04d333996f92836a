import type { Tables } from '../records/tables.js';
import { cliffsDelta } from '../statistics/cliffs-delta.js';
import { holm } from '../statistics/holm.js';
import { comparedBy, isOfTime, MEASURES, type Comparison, type Measure, type TimeColumn } from './comparison.js';
import type { MergedRun } from './merged.js';
import { ratioOfCosts } from './costs.js';
import { groupOf, pairsOf, type Pair } from './pairs.js';
import type { RunFigures } from './run-figures.js';
import { seriesOf, type Series } from './series.js';
import { differenceOfFigures, ratioOfFigures } from './several-runs.js';
import { ratioOfThroughputs, servedRate, type ServedRate } from './throughput.js';
import type { Sides } from './sides.js';
import { differenceOfShares, ratioOfRuns, type Change } from './single-runs.js';

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
    const series = single ? await seriesOfPair(pair, runs, tables) : null;
    const served = single ? await servedByPair(pair, runs, tables) : null;
    for (const measure of MEASURES) {
      if (pair.time === null && isOfTime(measure)) continue;
      // Only functions are priced, and only where the platform tells what it bills by.
      if (measure === 'cost' && ratioOfCosts(pair.baseline, pair.candidate) === null) continue;
      comparisons.push(comparisonOf(pair, measure, series === null ? null : { series, served: served! }, seed));
    }
  }
  return corrected(comparisons);
}

type PairSeries = Record<'baseline' | 'candidate', Series>;

async function seriesOfPair(pair: Pair, runs: MergedRun[], tables: Tables): Promise<PairSeries> {
  const of = (figures: RunFigures) =>
    seriesOf(
      runs.find((run) => run.run_id === figures.run_id)!,
      pair,
      pair.time ?? 'response_ms',
      tables,
    );
  return { baseline: await of(pair.baseline[0]!), candidate: await of(pair.candidate[0]!) };
}

/** What one run a side is judged by. */
interface WithinRuns {
  series: PairSeries;
  served: Record<'baseline' | 'candidate', ServedRate | null>;
}

async function servedByPair(pair: Pair, runs: MergedRun[], tables: Tables): Promise<WithinRuns['served']> {
  const of = async ([figures]: RunFigures[]): Promise<ServedRate | null> => {
    const { run_id, throughput } = figures!;
    if (throughput === null) return null;
    return servedRate(
      runs.find((run) => run.run_id === run_id)!,
      pair,
      throughput,
      tables,
    );
  };
  return { baseline: await of(pair.baseline), candidate: await of(pair.candidate) };
}

function comparisonOf(pair: Pair, measure: Measure, within: WithinRuns | null, seed: number): Comparison {
  const { baseline, candidate, change, p } =
    measure === 'cost'
      ? ratioOfCosts(pair.baseline, pair.candidate)!
      : within === null
        ? betweenRuns(pair, measure)
        : withinRuns(pair, within, measure, seed);
  const rowsIn = (side: RunFigures[]) => side.reduce((sum, run) => sum + run.rows, 0);
  return {
    ...groupOf(pair),
    measure,
    time: isOfTime(measure) ? pair.time : null,
    by: comparedBy(measure),
    baseline,
    candidate,
    change,
    p,
    p_holm: null,
    runs: { baseline: pair.baseline.length, candidate: pair.candidate.length },
    rows: { baseline: rowsIn(pair.baseline), candidate: rowsIn(pair.candidate) },
    finding: change.value === null ? 'no number' : 'cannot tell',
    cliffs_delta: measure === 'p50' ? deltaOf(pair, within?.series ?? null) : null,
  };
}

const QUANTILES = { p50: 0.5, p90: 0.9, p99: 0.99, mean: 'mean' } as const;

function withinRuns(
  pair: Pair,
  { series, served }: WithinRuns,
  measure: Exclude<Measure, 'cost'>,
  seed: number,
): Change {
  const { baseline, candidate } = series;
  if (measure === 'throughput')
    return ratioOfThroughputs(pair.baseline[0]!.throughput, pair.candidate[0]!.throughput, served);
  if (measure === 'cold_share') return differenceOfShares(baseline.cold, candidate.cold);
  if (measure === 'error_rate') return differenceOfShares(baseline.failed, candidate.failed);
  return ratioOfRuns(baseline.times, candidate.times, QUANTILES[measure], seed);
}

function betweenRuns(pair: Pair, measure: Exclude<Measure, 'cost'>): Change {
  if (measure === 'cold_share' || measure === 'error_rate') {
    const shares = (side: RunFigures[]) =>
      side.flatMap((run) => {
        const share = run[measure];
        const rows = measure === 'cold_share' ? run.coldKnown : run.rows;
        return share === null ? [] : { share, rows };
      });
    return differenceOfFigures(shares(pair.baseline), shares(pair.candidate));
  }
  const known = (side: RunFigures[]) => side.flatMap((run) => figureOf(run, measure, pair.time) ?? []);
  return explained(ratioOfFigures(known(pair.baseline), known(pair.candidate)), pair, measure);
}

function figureOf(run: RunFigures, measure: Exclude<Measure, 'cost'>, time: TimeColumn | null): number | null {
  if (!isOfTime(measure)) return run[measure];
  return time === null ? null : run[measure][time];
}

/** Why there is no number is known here better than in the test: a run had too few rows for its own quantile. */
function explained(change: Change, pair: Pair, measure: Measure): Change {
  if (change.baseline !== null && change.candidate !== null) return change;
  if (change.change.value !== null || !isOfTime(measure) || pair.time === null) return change;
  const time = pair.time;
  const rows = Math.max(...[...pair.baseline, ...pair.candidate].map((run) => run.answered[time]));
  return {
    ...change,
    change: { ...change.change, note: `too few rows a run (at most ${rows.toLocaleString('en-US')})` },
  };
}

/** Rows where a side is one run; else the runs' own medians, as the run is the unit. */
function deltaOf(pair: Pair, series: PairSeries | null): number | null {
  if (series !== null) return cliffsDelta(series.baseline.times, series.candidate.times);
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
