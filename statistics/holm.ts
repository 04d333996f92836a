/**
 * Holm's step-down adjustment of p values of comparisons that are shown together: the i-th smallest is multiplied by
 * (m − i + 1), then made monotone and cut at 1. Controls the chance of even one false alarm, whatever the dependence.
 *
 * @param pValues null where a comparison has none; NaN, which would spoil all that are sorted after it, counts as null
 * @returns adjusted p values in the order given; null stays null and does not count as a comparison
 * @see Holm, A simple sequentially rejective multiple test procedure, Scand. J. Statist. 6, 1979
 */
export function holm(pValues: readonly (number | null)[]): (number | null)[] {
  const known = pValues
    .flatMap((p, at) => (p === null || Number.isNaN(p) ? [] : [{ p, at }]))
    .sort((x, y) => x.p - y.p);
  const adjusted: (number | null)[] = pValues.map(() => null);
  let least = 0;
  for (const [i, { p, at }] of known.entries()) {
    least = Math.max(least, Math.min(1, (known.length - i) * p));
    adjusted[at] = least;
  }
  return adjusted;
}
