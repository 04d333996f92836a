import { studentTQuantile } from './student-t.js';

/** Sections into which a run is cut: enough for a usable variance, few enough that each spans many correlation times. */
export const SECTIONS = 10;

/** An estimate with its variance and the degrees of freedom of that variance. */
export interface Sectioned {
  value: number;
  variance: number;
  df: number;
}

/**
 * Variance of a statistic by sectioning, which needs no independence between neighbouring rows: the rows, in time order,
 * are cut into b equal sections; with θ̂ from all rows and θ̂ᵢ from each section, var = Σ(θ̂ᵢ − θ̂)² / (b − 1) / b.
 *
 * @param values    in time order
 * @param statistic of any stretch of them; null where it has none
 * @param scale     applied to the statistic before it is compared, e.g. Math.log for ratios
 * @returns         null if a section has no such statistic
 * @see Asmussen & Glynn, Stochastic Simulation, 2007, III.4–5; Nakayama, ACM TOMACS 24(4), 2014
 */
export function sectioned(
  values: Float64Array,
  statistic: (stretch: Float64Array) => number | null,
  scale: (value: number) => number = (value) => value,
): Sectioned | null {
  const whole = statistic(values);
  if (whole === null) return null;
  const parts: number[] = [];
  for (let i = 0; i < SECTIONS; i += 1) {
    const from = Math.floor((i * values.length) / SECTIONS);
    const upto = Math.floor(((i + 1) * values.length) / SECTIONS);
    const part = statistic(values.subarray(from, upto));
    if (part === null) return null;
    parts.push(scale(part));
  }
  return sectionedFrom(scale(whole), parts);
}

/**
 * The same from estimates that somebody else took, such as a database.
 * @param value θ̂ of all rows
 * @param parts θ̂ᵢ of each section, on the same scale
 */
export function sectionedFrom(value: number, parts: readonly number[]): Sectioned {
  const squares = parts.reduce((sum, part) => sum + (part - value) ** 2, 0);
  return { value, variance: squares / (parts.length - 1) / parts.length, df: parts.length - 1 };
}

/** The two-sided 95 % interval of Student's t around a value, on the value's own scale. */
export function tInterval({ value, variance, df }: Sectioned): [low: number, high: number] {
  const reach = studentTQuantile(0.975, df) * Math.sqrt(variance);
  return [value - reach, value + reach];
}
