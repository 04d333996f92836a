import { randomStream, type RandomStream } from '../../common/random.js';
import { inputsOf } from '../inputs.js';
import type { ArrivalSpec, PlannedInstance } from '../model.js';
import { constantArrivals } from './constant.js';
import { gammaArrivals } from './gamma.js';
import { listArrivals } from './list.js';
import { mmppArrivals } from './mmpp.js';
import { noArrivals, type NextArrival } from './next-arrival.js';
import { poissonArrivals } from './poisson.js';
import { profiledArrivals } from './profiled.js';
import { traceArrivals, type TraceArrivals } from './trace.js';
import { uniformArrivals } from './uniform.js';

/** Seconds to whole microseconds, half up: the unit of every planned time from here on. */
export function toMicroseconds(seconds: number): number {
  return Math.floor(seconds * 1e6 + 0.5);
}

/**
 * The planned times of one instance in whole microseconds, ascending; Infinity when there are no more.
 * Arrivals are drawn over the whole test and then cut: to the open interval of an activity window, else to [0, duration);
 * a list keeps an event at the very end of the test and knows no window.
 * Each instance has its own random stream, so that adding one to a config never moves another's arrivals.
 */
export function plannedTimesUs(instance: PlannedInstance, test: { durationS: number; seed: number }): () => number {
  return plannedRows(instance, test).nextUs;
}

/** The same, with what each row sends: `input` belongs to the time that `nextUs` returned last, and is asked once for each. */
export function plannedRows(
  instance: PlannedInstance,
  { durationS, seed }: { durationS: number; seed: number },
): { nextUs: () => number; input: () => number } {
  const { name, arrivals, windowS } = instance;
  const { next, durationMs } =
    arrivals.process === 'Trace'
      ? traceArrivals(arrivals.replay, seed)
      : withoutDurations(nextArrival(arrivals, durationS, randomStream(seed, `arrivals/${name}`)));
  const { afterUs, beforeUs } = bounds(arrivals, windowS, toMicroseconds(durationS));
  const nextUs = (): number => {
    let us = toMicroseconds(next());
    while (us <= afterUs) us = toMicroseconds(next());
    return us < beforeUs ? us : Infinity;
  };
  return { nextUs, input: inputsOf(instance, seed, durationMs) };
}

function withoutDurations(next: NextArrival): TraceArrivals {
  return { next, durationMs: () => 0 };
}

/** Open bounds on the planned microsecond. */
function bounds(
  { process }: ArrivalSpec,
  windowS: [number, number] | null,
  endUs: number,
): { afterUs: number; beforeUs: number } {
  if (process === 'list') return { afterUs: -1, beforeUs: endUs + 1 };
  if (windowS === null) return { afterUs: -1, beforeUs: endUs };
  return { afterUs: toMicroseconds(windowS[0]), beforeUs: Math.min(toMicroseconds(windowS[1]), endUs) };
}

function nextArrival(spec: DrawnSpec, durationS: number, random: RandomStream): NextArrival {
  if (spec.process === 'list') return listArrivals(spec.interarrivalsS);
  if (spec.process === 'MMPP') {
    const silent = spec.states.every(({ ratePerS }) => ratePerS === 0);
    return silent ? noArrivals : mmppArrivals(spec.states, durationS, random);
  }
  if (spec.ratePerS === 0) return noArrivals;
  if (typeof spec.ratePerS === 'number') return steadyArrivals(spec, spec.ratePerS, random);
  return profiledArrivals(steadyArrivals(spec, 1, random), spec.ratePerS);
}

/** What is drawn, and not read from a trace. */
type DrawnSpec = Exclude<ArrivalSpec, { process: 'Trace' }>;

function steadyArrivals(
  spec: Extract<DrawnSpec, { ratePerS: unknown }>,
  ratePerS: number,
  random: RandomStream,
): NextArrival {
  switch (spec.process) {
    case 'Uniform':
      return uniformArrivals(ratePerS, random);
    case 'Poisson':
      return poissonArrivals(ratePerS, random);
    case 'Constant':
      return constantArrivals(ratePerS);
    case 'Gamma':
      return gammaArrivals(ratePerS, spec.cv, random);
  }
}
