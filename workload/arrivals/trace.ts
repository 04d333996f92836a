import { randomStream, type RandomStream } from '../../common/random.js';
import type { TraceReplay } from '../model.js';
import { PERCENTILES } from '../traces/durations2019.js';
import { geometricSkips, scaledCounts } from '../traces/thinning.js';
import type { NextArrival } from './next-arrival.js';

/** Arrivals of one function of a trace, each with its duration. */
export interface TraceArrivals {
  next: NextArrival;
  /** duration in ms of the arrival that `next` returned last; 0 where none is known */
  durationMs: () => number;
}

const MINUTE_US = 60e6;

/**
 * The arrivals of one function of a trace, from the beginning of the selected window, its time multiplied by `timeScale` and
 * its rate by `rateScale`. Streams are named by instance and function, and places, thinning and durations have one each: what
 * is selected beside a function never moves its arrivals, and what cuts its rows never changes a row's duration.
 */
export function traceArrivals(replay: TraceReplay, seed: number): TraceArrivals {
  const stream = (what: string): RandomStream => randomStream(seed, `${what}/${replay.instance}/${replay.functionId}`);
  return replay.arrivals.kind === 'counts'
    ? fromCounts(replay, replay.arrivals.perMinute, stream)
    : fromEvents(replay, replay.arrivals, stream);
}

/**
 * Counts a minute. Minute m becomes the whole microseconds [S(m), S(m+1)), S(m) = m·60 s·timeScale, and its n arrivals are
 *  - `uniform`: n independent uniform draws among them, in order: the Poisson process given its count;
 *  - `even`: at S(m) + ⌊(k + u)/n · length⌋ for k = 0 … n − 1, with one phase u from [0, 1) for the function.
 * So the count of each minute is kept exactly, whatever its rounding.
 * @see Cox & Lewis, The Statistical Analysis of Series of Events, 1966, 2.1: arrivals given their number are order statistics
 */
function fromCounts(
  { timeScale, rateScale, spread, quantilesMs, durationScale }: TraceReplay,
  perMinute: Uint32Array,
  stream: (what: string) => RandomStream,
): TraceArrivals {
  const places = stream('arrivals');
  const scaled = scaledCounts(rateScale, stream('thinning'));
  const duration = quantilesMs === null ? null : quantileDraws(quantilesMs, stream('durations'));
  const phase = spread === 'even' ? places() : 0;
  const startOf = (minute: number): number => Math.floor(minute * MINUTE_US * timeScale + 0.5);
  let timesUs = new Float64Array(16);
  let [minute, n, at, lastMs] = [0, 0, 0, 0];

  /** Places the arrivals of the next minute that has any; false when there is none. */
  const fillNext = (): boolean => {
    at = 0;
    for (n = 0; n === 0; minute += 1) {
      if (minute === perMinute.length) return false;
      n = scaled(perMinute[minute]!);
    }
    if (n > timesUs.length) timesUs = new Float64Array(n);
    const startUs = startOf(minute - 1);
    const lengthUs = startOf(minute) - startUs;
    for (let k = 0; k < n; k += 1) {
      const place = spread === 'even' ? (k + phase) / n : places();
      timesUs[k] = startUs + Math.floor(place * lengthUs);
    }
    if (spread === 'uniform' && n > 1) timesUs.subarray(0, n).sort();
    return true;
  };
  return {
    next() {
      if (at === n && !fillNext()) return Infinity;
      if (duration !== null) lastMs = duration() * durationScale;
      return timesUs[at++]! / 1e6;
    },
    durationMs: () => lastMs,
  };
}

/** Events at their own times: t = start · timeScale, each kept with probability rateScale ≤ 1. */
function fromEvents(
  { timeScale, rateScale, durationScale }: TraceReplay,
  { startsS, durationsMs }: { startsS: Float64Array; durationsMs: Float64Array | null },
  stream: (what: string) => RandomStream,
): TraceArrivals {
  const skips = geometricSkips(rateScale, stream('thinning'));
  let at = -1;
  return {
    next() {
      if (at < startsS.length) at += 1 + skips();
      return at < startsS.length ? startsS[at]! * timeScale : Infinity;
    },
    durationMs: () => (durationsMs === null ? 0 : durationsMs[at]! * durationScale),
  };
}

/**
 * Draws by inverse transform from a distribution of which quantiles are known, linear between them.
 * @param quantilesMs at PERCENTILES, ascending
 */
function quantileDraws(quantilesMs: Float64Array, random: RandomStream): () => number {
  const last = PERCENTILES.length - 1;
  return () => {
    const percent = 100 * random();
    let i = 1;
    while (i < last && percent >= PERCENTILES[i]!) i += 1;
    const [below, above] = [PERCENTILES[i - 1]!, PERCENTILES[i]!];
    const share = (percent - below) / (above - below);
    return quantilesMs[i - 1]! + share * (quantilesMs[i]! - quantilesMs[i - 1]!);
  };
}
