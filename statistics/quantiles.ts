/**
 * Quantile of sorted values by linear interpolation between order statistics: position h = (n − 1)·p (type 7, the default
 * of R, numpy and pandas).
 *
 * @param sorted ascending, without NaN
 * @param p      in [0, 1]
 * @returns      null without values
 * @see Hyndman & Fan, Sample quantiles in statistical packages, The American Statistician 50(4), 1996
 */
export function quantileSorted(sorted: Float64Array, p: number): number | null {
  if (sorted.length === 0) return null;
  const { below, fraction } = quantilePosition(sorted.length, p);
  const low = sorted[below]!;
  return fraction === 0 ? low : low + fraction * (sorted[below + 1]! - low);
}

/** Where the quantile lies among n sorted values: between the order statistics `below` and `below + 1` (from 0). */
export function quantilePosition(n: number, p: number): { below: number; fraction: number } {
  const h = (n - 1) * p;
  // 0.1·(n−1) and the like miss whole numbers by a rounding error; the error would then reach beyond the last value.
  const below = Math.min(n - 1, Math.floor(h + 1e-9));
  return { below, fraction: below === n - 1 ? 0 : Math.max(0, h - below) };
}

/** The quantile of values in any order; the values stay as they are. */
export function quantileOf(values: Float64Array, p: number): number | null {
  return quantileSorted(Float64Array.from(values).sort(), p);
}

/** Arithmetic mean, or null without values. */
export function meanOf(values: ArrayLike<number>): number | null {
  if (values.length === 0) return null;
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += values[i]!;
  return sum / values.length;
}

/** Sample variance (n − 1), or null with fewer than two values. */
export function varianceOf(values: ArrayLike<number>): number | null {
  if (values.length < 2) return null;
  const mean = meanOf(values)!;
  let squares = 0;
  for (let i = 0; i < values.length; i += 1) squares += (values[i]! - mean) ** 2;
  return squares / (values.length - 1);
}
