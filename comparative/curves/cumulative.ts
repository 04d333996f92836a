import { meanOf, varianceOf } from '../../statistics/quantiles.js';
import { SECTIONS, tInterval } from '../../statistics/sectioning.js';
import { shareOfSections } from '../../statistics/share.js';
import { binEnd, rowsIn, sumOf, type RunHistogram } from './run-histograms.js';

/** The share of rows that took at most so long, with its band where one can be told. */
export interface CumulativePoint {
  ms: number;
  share: number;
  low: number | null;
  high: number | null;
}

/** Runs from which on their spread makes a band: of two runs Student's t would span the whole picture. */
export const LEAST_RUNS = 3;

/**
 * The cumulative distribution of one function over the runs of a group, at the ends of the bins given. Of one run, the
 * share itself with the interval of a share that is cut into sections of time (statistics/share.ts), which respects that
 * neighbours resemble each other. Of several the runs' own shares Fᵣ are averaged as z = arcsin √Fᵣ, which keeps
 * the mean within 0 and 1 and makes its spread alike everywhere; the band is z̄ ± t·s/√k over the k ≥ 3 runs, turned back.
 * All bands are of 95 %, each point for itself.
 *
 * @param histograms of one function; of a single run cut into sections
 * @param bins ascending
 * @see Anscombe, The transformation of Poisson, binomial and negative-binomial data, Biometrika 35, 1948
 */
export function cumulativeOf(histograms: readonly RunHistogram[], bins: readonly number[]): CumulativePoint[] {
  const runs = [...new Set(histograms.map(({ run_id }) => run_id))].map((id) =>
    histograms.filter(({ run_id }) => run_id === id),
  );
  const at = (shares: (bin: number) => Omit<CumulativePoint, 'ms'>) =>
    bins.map((bin, i) => ({ ms: binEnd(bin), ...shares(i) }));
  if (runs.length === 1) {
    const whole = sharesOf(runs[0]!, bins);
    const sections = sectionsOf(runs[0]!).map((section) => sharesOf(section, bins));
    const n = rowsIn(runs[0]!);
    return at((i) => ({
      share: whole[i]!,
      ...bandOfSections(
        n,
        whole[i]!,
        sections.map((shares) => shares[i]!),
      ),
    }));
  }
  const each = runs.map((run) => sharesOf(run, bins));
  return at((i) => bandOfRuns(each.map((shares) => shares[i]!)));
}

/** The share of rows up to the end of each bin. */
function sharesOf(histograms: readonly RunHistogram[], bins: readonly number[]): Float64Array {
  const counts = [...sumOf(histograms)].sort(([a], [b]) => a - b);
  const n = rowsIn(histograms);
  const shares = new Float64Array(bins.length);
  let below = 0;
  let next = 0;
  for (const [i, bin] of bins.entries()) {
    while (next < counts.length && counts[next]![0] <= bin) below += counts[next++]![1];
    // A sum of whole numbers: at the last bin it is exactly 1.
    shares[i] = below / n;
  }
  return shares;
}

function sectionsOf(histograms: readonly RunHistogram[]): RunHistogram[][] {
  return Array.from({ length: SECTIONS }, (_, i) => histograms.filter(({ section }) => section === i + 1));
}

function bandOfSections(n: number, share: number, sections: number[]): { low: number | null; high: number | null } {
  // A run of fewer rows than sections has empty ones.
  if (n < SECTIONS || sections.some(Number.isNaN)) return { low: null, high: null };
  const { low, high } = shareOfSections(n, share, sections);
  return { low, high };
}

function bandOfRuns(shares: number[]): Omit<CumulativePoint, 'ms'> {
  const angles = shares.map((share) => Math.asin(Math.sqrt(share)));
  const value = meanOf(angles)!;
  const back = (angle: number) => Math.sin(Math.min(Math.PI / 2, Math.max(0, angle))) ** 2;
  if (angles.length < LEAST_RUNS) return { share: back(value), low: null, high: null };
  const [low, high] = tInterval({ value, variance: varianceOf(angles)! / angles.length, df: angles.length - 1 });
  return { share: back(value), low: back(low), high: back(high) };
}
