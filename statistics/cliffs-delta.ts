/**
 * Cliff's delta, a size of effect that needs no distribution: P(b > a) − P(b < a) over all pairs, in [−1, 1];
 * 0 = neither side tends to be larger, 1 = every b exceeds every a.
 *
 * @param a baseline, in any order
 * @param b candidate, in any order
 * @returns null where a side is empty
 * @see Cliff, Dominance statistics, Psychological Bulletin 114(3), 1993
 */
export function cliffsDelta(a: Float64Array, b: Float64Array): number | null {
  if (a.length === 0 || b.length === 0) return null;
  const sortedA = Float64Array.from(a).sort();
  const sortedB = Float64Array.from(b).sort();
  let below = 0;
  let upto = 0;
  let dominance = 0;
  for (const value of sortedB) {
    while (below < sortedA.length && sortedA[below]! < value) below += 1;
    while (upto < sortedA.length && sortedA[upto]! <= value) upto += 1;
    // `below` baseline values lie under this one, `length − upto` above it.
    dominance += below - (sortedA.length - upto);
  }
  return dominance / (sortedA.length * sortedB.length);
}
