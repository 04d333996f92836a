import type { Tables } from '../records/tables.js';
import { noInterval, type Change } from './change.js';
import { QUANTILES, type Measure } from './comparison.js';
import type { MergedRun } from './merged.js';
import type { Pair } from './pairs.js';
import type { RunFigures } from './run-figures.js';
import { seriesOf, type Series } from './series.js';
import { differenceOfShares, ratioOfRuns } from './single-runs.js';
import { ratioOfThroughputs, servedRate, type ServedRate } from './throughput.js';

/** What one run a side is judged by: its rows. */
export type RowsOfPair = Record<'baseline' | 'candidate', RowsOfSide>;

interface RowsOfSide {
  series: Series;
  served: ServedRate | null;
}

/** Reads the rows of a pair of which each side is one run. */
export async function rowsOfPair(pair: Pair, runs: MergedRun[], tables: Tables): Promise<RowsOfPair> {
  const of = async ({ run_id, throughput }: RunFigures): Promise<RowsOfSide> => {
    const run = runs.find((each) => each.run_id === run_id)!;
    return {
      series: await seriesOf(run, pair, pair.time ?? 'response_ms', tables),
      served: throughput === null ? null : await servedRate(run, pair, throughput, tables),
    };
  };
  return { baseline: await of(pair.baseline[0]!), candidate: await of(pair.candidate[0]!) };
}

/** A measure compared where each side is one run: by sections and blocks of its rows. */
export function withinRuns(
  pair: Pair,
  { baseline, candidate }: RowsOfPair,
  measure: Exclude<Measure, 'cost'>,
  seed: number,
): Change {
  const [a, b] = [baseline.series, candidate.series];
  if (measure === 'throughput') {
    const of = ([run]: RunFigures[]) => run!.throughput;
    const served = { baseline: baseline.served, candidate: candidate.served };
    return ratioOfThroughputs(of(pair.baseline), of(pair.candidate), served);
  }
  if (measure === 'cold_share') return differenceOfColdShares(pair, a.cold, b.cold);
  if (measure === 'error_rate') return differenceOfShares(a.failed, b.failed);
  return ratioOfRuns(a.times, b.times, QUANTILES[measure], seed);
}

function differenceOfColdShares({ baseline, candidate }: Pair, a: Uint8Array, b: Uint8Array): Change {
  const [runA, runB] = [baseline[0]!, candidate[0]!];
  const note = runA.coldNote ?? runB.coldNote;
  if (note === null) return differenceOfShares(a, b);
  return noInterval({ baseline: runA.cold_share, candidate: runB.cold_share }, 'difference', a.length + b.length, note);
}
