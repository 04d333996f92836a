/** A figure of one side with an interval of its own. */
export interface Bounded {
  value: number;
  low: number;
  high: number;
}

/**
 * Difference of two independent figures, candidate − baseline, from the interval of each (method of variance estimates
 * recovery): the distances to the ends that lie towards the other side add in squares. The intervals need not be symmetric.
 *
 * @see Newcombe, Interval estimation for the difference between independent proportions, Stat. Med. 17, 1998 (method 10);
 *      Zou & Donner, Construction of confidence limits about effect measures, Stat. Med. 27, 2008
 */
export function moverDifference(baseline: Bounded, candidate: Bounded): Bounded {
  const value = candidate.value - baseline.value;
  return {
    value,
    low: value - Math.hypot(candidate.value - candidate.low, baseline.high - baseline.value),
    high: value + Math.hypot(candidate.high - candidate.value, baseline.value - baseline.low),
  };
}

/**
 * Ratio of two independent figures, candidate ÷ baseline, from the interval of each, none below 0: the ends are the ratios r
 * at which the interval of b − r·a, by moverDifference, just touches 0. With a, b the figures and l, u their ends,
 *
 *     low  = lᵦ(2b − lᵦ) / (ab + √((ab)² − lᵦ·uₐ·(2b − lᵦ)(2a − uₐ)))
 *     high = (ab + √((ab)² − uᵦ·lₐ·(2b − uᵦ)(2a − lₐ))) / (lₐ(2a − lₐ))
 *
 * For symmetric intervals this is Fieller's.
 *
 * @returns null where the baseline's interval reaches 0: then the ratio has no upper end
 * @see Donner & Zou, Closed-form confidence intervals for functions of the normal mean and standard deviation,
 *      Stat. Methods Med. Res. 21, 2012
 */
export function moverRatio(baseline: Bounded, candidate: Bounded): Bounded | null {
  if (!(baseline.low > 0)) return null;
  const [a, b] = [baseline.value, candidate.value];
  // l(2x − l) and u(2x − u): x² less the square of the distance to that end.
  const within = (x: number, end: number) => end * (2 * x - end);
  const root = (ofA: number, ofB: number) => Math.sqrt(Math.max(0, (a * b) ** 2 - within(a, ofA) * within(b, ofB)));
  const least = Math.max(0, candidate.low);
  return {
    value: b / a,
    low: least === 0 ? 0 : within(b, least) / (a * b + root(baseline.high, least)),
    high: (a * b + root(baseline.low, candidate.high)) / within(a, baseline.low),
  };
}
