import { normalDistribution, simulatedLatencies, trueMean, trueQuantile } from '../intervals/latencies.mjs';

const TIMES = { p50: 0.5, p90: 0.9, p99: 0.99, mean: 'mean' };
export const MEASURES_SIMULATED = [...Object.keys(TIMES), 'cold_share', 'error_rate'];
const COLD_SHARE = 0.02;
const ERROR_SHARE = 0.01;

/**
 * How often comparisons of simulated sides call a difference (p < 5 %), and how often their interval holds the true one.
 *
 * A run has `rows` latencies (../intervals/latencies.mjs: AR(1) with correlation φ, 2 % of cold starts), all of them
 * longer or shorter by the run's own factor exp(spread · z), z normal: the spread between runs. The candidate's are
 * longer by `shift` as well, and `moreEvents` times as many of them cold or failed in their flags. With one run a side the
 * rows are compared by `ratioOfRuns` and `differenceOfShares`, with several the runs by `ratioOfFigures` and
 * `differenceOfFigures`, as comparative/differences.ts does.
 *
 * @param {{ rows: number, phi: number, runs: number, spread: number, shift: number, moreEvents?: number }} cell
 * @param {number} repetitions
 * @param {object} tools of dist/: comparative/single-runs.js, comparative/several-runs.js, `quantileOf`, `meanOf`, `randomStream`
 * @returns {Record<string, { told: number, called: number, held: number, better: number, otherTold: number, otherHeld: number }>} by
 *          measure; `other` is the difference of times and the ratio of shares
 */
export function cellOf(cell, repetitions, tools) {
  const counts = {};
  for (let seed = 1; seed <= repetitions; seed += 1) {
    const random = tools.randomStream(seed, `comparative/${JSON.stringify(cell)}`);
    const [baseline, candidate] = [
      [0, 1],
      [cell.shift, cell.moreEvents ?? 1],
    ].map(([shift, moreEvents]) =>
      Array.from({ length: cell.runs }, () => simulatedRun(cell, shift, random, moreEvents)),
    );
    for (const [measure, { change, other, p }] of Object.entries(comparisons(baseline, candidate, seed, tools))) {
      const count = (counts[measure] ??= {
        timed: measure in TIMES,
        told: 0,
        called: 0,
        held: 0,
        better: 0,
        otherTold: 0,
        otherHeld: 0,
      });
      const truth = truthOf(measure, cell);
      if (other.low !== null) count.otherTold += 1;
      if (other.low !== null && other.low <= truth.other && truth.other <= other.high) count.otherHeld += 1;
      if (change.low === null || p === null) continue;
      count.told += 1;
      if (p < 0.05) count.called += 1;
      if (p < 0.05 && change.value > noneOf(measure)) count.better += 1;
      if (change.low <= truth.change && truth.change <= change.high) count.held += 1;
    }
  }
  return counts;
}

const noneOf = (measure) => (measure in TIMES ? 1 : 0);

function truthOf(measure, { shift, moreEvents = 1 }) {
  if (measure in TIMES) {
    const figure =
      measure === 'mean' ? trueMean(COLD_SHARE) : known(`${measure}`, () => trueQuantile(TIMES[measure], COLD_SHARE));
    return { change: 1 + shift, other: shift * figure };
  }
  const share = measure === 'cold_share' ? COLD_SHARE : ERROR_SHARE;
  return { change: (moreEvents - 1) * share, other: moreEvents };
}

/** @param {number} [moreEvents] how many times as many rows are cold or fail by their flags; the times know nothing of it */
export function simulatedRun({ rows, phi, spread }, shift, random, moreEvents = 1) {
  const factor = (1 + shift) * Math.exp(spread * normal(random));
  const times = simulatedLatencies({ rows, phi, coldShare: COLD_SHARE }, random).map((ms) => ms * factor);
  return {
    times,
    cold: correlatedFlags(rows, phi, moreEvents * COLD_SHARE, random),
    failed: correlatedFlags(rows, phi, moreEvents * ERROR_SHARE, random),
  };
}

/** Flags of a share of rows that come in stretches: 1 where an AR(1) process is above its quantile. */
function correlatedFlags(rows, phi, share, random) {
  const flags = new Uint8Array(rows);
  const level = normalQuantile(1 - share);
  let x = normal(random);
  for (let i = 0; i < rows; i += 1) {
    flags[i] = x > level ? 1 : 0;
    x = phi * x + Math.sqrt(1 - phi ** 2) * normal(random);
  }
  return flags;
}

/** @returns {Record<string, import('../../comparative/change.js').Change>} by measure */
export function comparisons(baseline, candidate, seed, { single, several, quantileOf, meanOf }) {
  const times = (measure) => (side) =>
    side.map(({ times: values }) => (measure === 'mean' ? meanOf(values) : quantileOf(values, TIMES[measure])));
  const shares = (flags) => (side) =>
    side.map((run) => ({ share: meanOf(Float64Array.from(run[flags])), rows: run[flags].length }));
  const found = {};
  const one = baseline.length === 1;
  for (const measure of Object.keys(TIMES))
    found[measure] = one
      ? single.ratioOfRuns(baseline[0].times, candidate[0].times, TIMES[measure], seed)
      : several.ratioOfFigures(times(measure)(baseline), times(measure)(candidate));
  for (const [measure, flags] of [
    ['cold_share', 'cold'],
    ['error_rate', 'failed'],
  ])
    found[measure] = one
      ? single.differenceOfShares(baseline[0][flags], candidate[0][flags])
      : several.differenceOfFigures(shares(flags)(baseline), shares(flags)(candidate));
  return found;
}

function normal(random) {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function normalQuantile(p) {
  return known(p, () => {
    let [low, high] = [-10, 10];
    while (high - low > 1e-12) {
      const middle = (low + high) / 2;
      if (normalDistribution(middle) < p) low = middle;
      else high = middle;
    }
    return low;
  });
}

/** What is found by bisection, and asked for twice a run. */
function known(key, found) {
  if (!figures.has(key)) figures.set(key, found());
  return figures.get(key);
}
const figures = new Map();
