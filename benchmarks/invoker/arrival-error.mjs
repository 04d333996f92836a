/**
 * How far the arrivals at a server are from a plan. Request i of the plan (in order of time) is held against the i-th
 * arrival; when a tool's plan began is not known for every tool, so all are measured around the best constant offset:
 * error_i = |(a_i − p_i) − median(a − p)|. What is constant (the way to the server, the start) is no error; what varies is.
 *
 * @param {Float64Array} arrivals ms on any axis
 * @param {Float64Array} planned  ms, ascending
 * @returns {{arrived: number, planned: number, p50: number, p99: number, p999: number, max: number} | null} null if none arrived
 */
export function arrivalError(arrivals, planned) {
  const sorted = Float64Array.from(arrivals).sort();
  const n = Math.min(sorted.length, planned.length);
  if (n === 0) return null;
  const offsets = Float64Array.from({ length: n }, (_, i) => sorted[i] - planned[i]);
  const centre = quantile(Float64Array.from(offsets).sort(), 0.5);
  const errors = offsets.map((offset) => Math.abs(offset - centre)).sort();
  return {
    arrived: sorted.length,
    planned: planned.length,
    p50: quantile(errors, 0.5),
    p99: quantile(errors, 0.99),
    p999: quantile(errors, 0.999),
    max: errors[n - 1],
  };
}

/** Planned times of a constant rate, ms. */
export function constantPlan(ratePerS, seconds) {
  return Float64Array.from({ length: Math.round(ratePerS * seconds) }, (_, k) => (k * 1_000) / ratePerS);
}

/** Linear between neighbours (type 7), of sorted values. */
export function quantile(sorted, p) {
  const at = (sorted.length - 1) * p;
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}
