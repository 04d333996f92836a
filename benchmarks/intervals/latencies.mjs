// Simulated latencies of one run, in time order, of which every true figure is known.
//
// A warm start takes exp(3 + x/2) ms, x an AR(1) process of unit variance with correlation φ from row to row: median
// 20 ms, coefficient of variation 0.53. A cold start, drawn for each row on its own, takes 300 ms more.

const MU = 3;
const SIGMA = 0.5;
const COLD_START_MS = 300;

/**
 * @param {{ rows: number, phi: number, coldShare: number }} run
 * @param {() => number} random uniform in [0, 1)
 */
export function simulatedLatencies({ rows, phi, coldShare }, random) {
  const normal = normals(random);
  const values = new Float64Array(rows);
  const innovation = Math.sqrt(1 - phi ** 2);
  let x = normal();
  for (let i = 0; i < rows; i += 1) {
    values[i] = Math.exp(MU + SIGMA * x) + (random() < coldShare ? COLD_START_MS : 0);
    x = phi * x + innovation * normal();
  }
  return values;
}

/** Mean of a lognormal exp(μ + σ²/2), and of the cold starts what they add. */
export function trueMean(coldShare) {
  return Math.exp(MU + SIGMA ** 2 / 2) + coldShare * COLD_START_MS;
}

/** The latency below which a share p of all rows lies, whatever their correlation: by bisection of the mixture. */
export function trueQuantile(p, coldShare) {
  const warm = (ms) => (ms <= 0 ? 0 : normalDistribution((Math.log(ms) - MU) / SIGMA));
  let low = 0;
  let high = 10_000;
  while (high - low > 1e-9) {
    const middle = (low + high) / 2;
    const share = (1 - coldShare) * warm(middle) + coldShare * warm(middle - COLD_START_MS);
    if (share < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Standard normal numbers by Box and Muller, both of each pair. */
function normals(random) {
  let spare = null;
  return () => {
    if (spare !== null) {
      const kept = spare;
      spare = null;
      return kept;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}

/** Φ(z) = 1/2 + φ(z)·(z + z³/3 + z⁵/(3·5) + …), exact to rounding (Abramowitz & Stegun 26.2.11). */
export function normalDistribution(z) {
  if (Math.abs(z) > 8) return z > 0 ? 1 : 0;
  let term = z;
  let sum = z;
  for (let k = 3; Math.abs(term) > 1e-17; k += 2) {
    term *= (z * z) / k;
    sum += term;
  }
  return 0.5 + (sum * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
}
