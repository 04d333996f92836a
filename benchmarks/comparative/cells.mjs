import { normalDistribution, simulatedLatencies } from '../intervals/latencies.mjs';

const TIMES = { p50: 0.5, p90: 0.9, p99: 0.99, mean: 'mean' };
export const MEASURES_SIMULATED = [...Object.keys(TIMES), 'cold_share', 'error_rate'];
const COLD_SHARE = 0.02;
const ERROR_SHARE = 0.01;

/**
 * How often comparisons of simulated sides call a difference (p < 5 %), and how often their interval holds the true one.
 *
 * A run has `rows` latencies (../intervals/latencies.mjs: AR(1) with correlation φ, 2 % of cold starts), all of them
 * longer or shorter by the run's own factor exp(spread · z), z normal: the spread between runs. The candidate's are
 * longer by `shift` as well. With one run a side the rows are compared by `ratioOfRuns` and `differenceOfShares`, with
 * several the runs by `ratioOfFigures` and `differenceOfFigures`, as comparative/differences.ts does.
 *
 * @param {{ rows: number, phi: number, runs: number, spread: number, shift: number }} cell
 * @param {number} repetitions
 * @param {object} tools of dist/: comparative/single-runs.js, comparative/several-runs.js, `quantileOf`, `meanOf`, `randomStream`
 * @returns {Record<string, { told: number, called: number, held: number, better: number }>} by measure
 */
export function cellOf(cell, repetitions, tools) {
  const counts = {};
  for (let seed = 1; seed <= repetitions; seed += 1) {
    const random = tools.randomStream(seed, `comparative/${JSON.stringify(cell)}`);
    const [baseline, candidate] = [0, cell.shift].map((shift) =>
      Array.from({ length: cell.runs }, () => simulatedRun(cell, shift, random)),
    );
    for (const [measure, { change, p }] of Object.entries(comparisons(baseline, candidate, seed, tools))) {
      const count = (counts[measure] ??= { timed: measure in TIMES, told: 0, called: 0, held: 0, better: 0 });
      if (change.low === null || p === null) continue;
      const truth = truthOf(measure, cell.shift);
      count.told += 1;
      if (p < 0.05) count.called += 1;
      if (p < 0.05 && change.value > noneOf(measure)) count.better += 1;
      if (change.low <= truth && truth <= change.high) count.held += 1;
    }
  }
  return counts;
}

const noneOf = (measure) => (measure in TIMES || measure === 'throughput' ? 1 : 0);
const truthOf = (measure, shift) => (measure in TIMES ? 1 + shift : noneOf(measure));

function simulatedRun({ rows, phi, spread }, shift, random) {
  const factor = (1 + shift) * Math.exp(spread * normal(random));
  const times = simulatedLatencies({ rows, phi, coldShare: COLD_SHARE }, random).map((ms) => ms * factor);
  return {
    times,
    cold: correlatedFlags(rows, phi, COLD_SHARE, random),
    failed: correlatedFlags(rows, phi, ERROR_SHARE, random),
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

function comparisons(baseline, candidate, seed, { single, several, quantileOf, meanOf }) {
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

/** By bisection: it is asked twice a run. */
function normalQuantile(p) {
  if (known.has(p)) return known.get(p);
  let [low, high] = [-10, 10];
  while (high - low > 1e-12) {
    const middle = (low + high) / 2;
    if (normalDistribution(middle) < p) low = middle;
    else high = middle;
  }
  known.set(p, low);
  return low;
}
const known = new Map();
