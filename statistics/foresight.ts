import { studentTQuantile } from './student-t.js';
import { moverDifference, type Bounded } from './mover.js';
import { wilson } from './share.js';
import { welchDf } from './welch.js';

/** What the interval of a change rests on: enough to foresee how narrow it would be with more of the same on each side. */
export interface Foresight {
  /** of what more is needed */
  unit: 'run' | 'row';
  baseline: SideForesight;
  candidate: SideForesight;
}

/** One side's figure: of a mean its variance, of a share in rows how many independent rows these are worth. */
export type SideForesight = { n: number; df: number | 'n − 1' } & (
  | { variance: number; share?: never }
  | { share: number; effective: number }
);

/** How often a decision is to come with what is called enough, if the change is what it seems now. */
const POWER = 0.8;

/** More than this many times what there is, and the change lies on the bound. */
const MOST_TIMES = 1_000;

/** How far an interval reaches to either side of its value. */
export interface Reach {
  down: number;
  up: number;
}

/**
 * The least number of further runs (or rows) on each side with which the interval of a change ends before some bound in 8 of 10
 * repetitions. With vₐ, vᵦ the sides' variances of one run, and m runs more, m is the least for which
 *
 *     (t₀.₉₇₅(ν) + t₀.₈(ν)) · √(vₐ/(kₐ + m) + vᵦ/(kᵦ + m)) ≤ distance to the bound
 *
 * with ν Welch's degrees of freedom of kₐ + m and kᵦ + m runs: t₀.₉₇₅ alone would do in one case of two, since the next value
 * is as likely to lie nearer to the bound as farther from it. Rows: likewise, with n rows in place of k runs and the degrees
 * of freedom that sections and blocks have. Shares in rows: Wilson's interval with that sum in place of its quantile, combined
 * after Newcombe.
 *
 * @param enough whether an interval with such a reach decides
 * @returns null where a thousand times as much would not be enough
 * @see Cohen, Statistical Power Analysis for the Behavioral Sciences, 1988, chapter 2
 */
export function moreNeeded(foresight: Foresight, enough: (reach: Reach) => boolean): number | null {
  const most = MOST_TIMES * Math.max(foresight.baseline.n, foresight.candidate.n);
  let high = 1;
  while (!enough(reachWith(foresight, high))) {
    if (high >= most) return null;
    high *= 2;
  }
  let low = high === 1 ? 0 : high / 2;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (enough(reachWith(foresight, middle))) high = middle;
    else low = middle;
  }
  return high;
}

/** The interval with `more` on each side, widened by what a decision in 8 of 10 cases needs. */
export function reachWith({ baseline, candidate }: Foresight, more: number): Reach {
  const a = grown(baseline, more);
  const b = grown(candidate, more);
  if ('share' in a && 'share' in b) {
    const { value, low, high } = moverDifference(boundedShare(a), boundedShare(b));
    return { down: value - low, up: high - value };
  }
  const variances = { a: varianceOfSide(a), b: varianceOfSide(b) };
  if (variances.a + variances.b === 0) return { down: 0, up: 0 };
  const df = welchDf({ variance: variances.a, df: a.df }, { variance: variances.b, df: b.df });
  const reach = decisive(df) * Math.sqrt(variances.a + variances.b);
  return { down: reach, up: reach };
}

type Grown = { df: number } & ({ variance: number } | { share: number; effective: number });

function grown(side: SideForesight, more: number): Grown {
  const times = (side.n + more) / side.n;
  const df = side.df === 'n − 1' ? side.n + more - 1 : side.df;
  if (side.share === undefined) return { df, variance: side.variance / times };
  return { df, share: side.share, effective: side.effective * times };
}

function varianceOfSide(side: Grown): number {
  return 'variance' in side ? side.variance : (side.share * (1 - side.share)) / side.effective;
}

function boundedShare({ share, effective, df }: { share: number; effective: number; df: number }): Bounded {
  const [low, high] = wilson(share, effective, decisive(df));
  return { value: share, low, high };
}

function decisive(df: number): number {
  return df === Infinity ? NORMAL : studentTQuantile(0.975, df) + studentTQuantile(POWER, df);
}

/** The sum of the same quantiles of a normal variate: 1.960 + 0.842. */
const NORMAL = 1.959963984540054 + 0.8416212335729143;
