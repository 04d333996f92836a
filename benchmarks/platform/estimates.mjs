import { quantileOf } from '../../dist/statistics/quantiles.js';

/**
 * A median with its 95 % interval from order statistics, which assumes nothing of how independent values are distributed:
 * the k-th smallest to the k-th largest, with the largest k for which P(Binomial(n, ½) < k) ≤ 2.5 %. Below six values there
 * is none, and the interval is from the least to the most.
 * @see Conover, Practical Nonparametric Statistics, 3rd ed., 1999, section 3.2
 */
export function medianOf(values) {
  const sorted = Float64Array.from(values).sort();
  const n = sorted.length;
  let [k, below, term] = [0, 0, 0.5 ** n];
  for (; below + term <= 0.025; k += 1) {
    below += term;
    term *= (n - k) / (k + 1);
  }
  const at = Math.max(1, k);
  return { value: quantileOf(sorted, 0.5), low: sorted[at - 1], high: sorted[n - at] };
}

/** `0.41 (0.40–0.43)` */
export function shown({ value, low, high }, digits = 3) {
  const text = (number) =>
    Number(number.toPrecision(digits)).toLocaleString('en', { maximumSignificantDigits: digits });
  return low === null ? text(value) : `${text(value)} (${text(low)}–${text(high)})`;
}
