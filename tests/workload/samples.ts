import type { ArrivalSpec, InstanceSpec, PlanRow, PlanSource, TraceReplay } from '../../workload/model.js';
import { plannedTimesUs } from '../../workload/arrivals/arrivals.js';

/** The first n values of a source of numbers. */
export function take(n: number, next: () => number): number[] {
  return Array.from({ length: n }, next);
}

/** Gaps between neighbours, the first one from zero. */
export function gapsOf(times: readonly number[]): number[] {
  return times.map((time, i) => time - (i === 0 ? 0 : times[i - 1]!));
}

/** All planned microseconds of one instance. */
export function timesOf(
  arrivals: ArrivalSpec,
  { durationS, seed = 1, name = 'a', windowS = null }: Partial<PlanSource> & Partial<InstanceSpec>,
): number[] {
  const next = plannedTimesUs({ name, arrivals, windowS }, { durationS: durationS!, seed });
  const times: number[] = [];
  for (let us = next(); us !== Infinity; us = next()) times.push(us);
  return times;
}

/** A PlanSource of these instances, the name of each beside it. */
export function sourceOf(
  durationS: number,
  instances: Record<string, ArrivalSpec | { arrivals: ArrivalSpec; windowS: [number, number] }>,
  seed = 100,
): PlanSource {
  return {
    durationS,
    seed,
    instances: Object.entries(instances).map(([name, given]) =>
      'arrivals' in given ? { name, ...given } : { name, arrivals: given, windowS: null },
    ),
  };
}

/** A replay of one function of a trace, whole but for what the test says. */
export function replayOf(given: Partial<TraceReplay>): TraceReplay {
  return {
    instance: 'web',
    functionId: 'owner/app/function',
    arrivals: { kind: 'counts', perMinute: Uint32Array.of(1) },
    quantilesMs: null,
    timeScale: 1,
    rateScale: 1,
    durationScale: 1,
    spread: 'uniform',
    recorded: {},
    ...given,
  };
}

/** Rows of a plan as `seq,instance,planned_us`, the lines that are hashed. */
export function linesOf(rows: Iterable<PlanRow>, source: PlanSource): string[] {
  return Array.from(rows, ({ seq, instance, plannedUs }) => `${seq},${source.instances[instance]!.name},${plannedUs}`);
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Sample variance (n − 1). */
export function variance(values: readonly number[]): number {
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
}

/** Largest distance between the empirical distribution of the values and a distribution function. */
export function kolmogorovSmirnov(values: readonly number[], cdf: (x: number) => number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const n = sorted.length;
  return sorted.reduce((most, x, i) => Math.max(most, (i + 1) / n - cdf(x), cdf(x) - i / n), 0);
}

/** What that distance exceeds in 1 % of samples of n from the distribution itself. */
export function kolmogorovSmirnovAt1Percent(n: number): number {
  return 1.628 / Math.sqrt(n);
}

/** How many times lie in each of the consecutive bins of `widthUs` that fit into the test. */
export function countsPerBin(timesUs: readonly number[], widthUs: number, endUs: number): number[] {
  const counts = Array.from({ length: Math.floor(endUs / widthUs) }, () => 0);
  for (const us of timesUs) {
    const bin = Math.floor(us / widthUs);
    if (bin < counts.length) counts[bin]! += 1;
  }
  return counts;
}

/** Pearson's correlation of a series with another, shifted by `lag`. */
export function correlation(a: readonly number[], b: readonly number[], lag = 0): number {
  const n = Math.min(a.length, b.length) - Math.abs(lag);
  const x = a.slice(Math.max(0, -lag)).slice(0, n);
  const y = b.slice(Math.max(0, lag)).slice(0, n);
  const [mx, my] = [mean(x), mean(y)];
  const covariance = x.reduce((sum, xi, i) => sum + (xi - mx) * (y[i]! - my), 0) / (n - 1);
  return covariance / Math.sqrt(variance(x) * variance(y));
}
