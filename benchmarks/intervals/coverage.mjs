import { simulatedLatencies, trueMean, trueQuantile } from './latencies.mjs';

const QUANTILES = { p50: 0.5, p90: 0.9, p99: 0.99 };

/**
 * In how many simulated runs the 95 % interval holds the truth, for each figure that has an interval at that many rows.
 *
 * @param {{ rows: number, phi: number, coldShare: number }} run
 * @param {number} repetitions
 * @param {object} statistics `estimateMean` and `estimateQuantile` of statistics/, `randomStream` of common/
 * @returns {Record<string, { method: string, held: number }>} by figure: mean, p50, p90, p99
 */
export function coverageOf(run, repetitions, { estimateMean, estimateQuantile, randomStream }) {
  const truths = { mean: trueMean(run.coldShare) };
  for (const [name, p] of Object.entries(QUANTILES)) truths[name] = trueQuantile(p, run.coldShare);
  const coverage = {};
  for (let seed = 1; seed <= repetitions; seed += 1) {
    const random = randomStream(seed, `intervals/${run.rows}/${run.phi}/${run.coldShare}`);
    const values = simulatedLatencies(run, random);
    const estimates = { mean: estimateMean(values) };
    for (const [name, p] of Object.entries(QUANTILES)) estimates[name] = estimateQuantile(values, p, { seed });
    for (const [name, { low, high, method }] of Object.entries(estimates)) {
      if (low === null || high === null) continue;
      coverage[name] ??= { method, held: 0 };
      if (low <= truths[name] && truths[name] <= high) coverage[name].held += 1;
    }
  }
  return coverage;
}
