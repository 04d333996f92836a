import { randomStream, type RandomStream } from '../../common/random.js';

/** Standard normal numbers by Box and Muller. */
export function normals(random: RandomStream): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Lognormal latencies exp(3 + x/2), x an AR(1) process of unit variance with correlation phi from row to row. */
export function correlatedLatencies(n: number, phi: number, name: string): Float64Array {
  const normal = normals(randomStream(4711, name));
  const values = new Float64Array(n);
  let x = normal();
  for (let i = 0; i < n; i += 1) {
    values[i] = Math.exp(3 + x / 2);
    x = phi * x + Math.sqrt(1 - phi ** 2) * normal();
  }
  return values;
}

/** The true quantile of these latencies, given the normal quantile. */
export function trueLatency(normalQuantile: number): number {
  return Math.exp(3 + normalQuantile / 2);
}
