import type { Figure } from '../../plotting/figure.js';

/** A picture of the comparison: a file's name, and what a page shows of it. */
export type Chart = Figure;

/** Baseline and candidate have these colours in every picture; both differ in lightness too. */
export const SIDE_COLOURS = { baseline: '#6e7781', candidate: '#0072b2' } as const;

/** A name for an axis or a legend: a long one keeps both its ends. */
export function shortName(name: string, most = 40): string {
  if (name.length <= most) return name;
  const kept = Math.floor((most - 1) / 2);
  return `${name.slice(0, kept)}…${name.slice(-kept)}`;
}

/**
 * A log axis for times: it ends close to the data instead of at whole powers of ten, with ticks at 1, 2 and 5 of each
 * decade. Without a domain each panel of a facet finds its own.
 */
export function logAxis(values: number[]): { domain: [number, number]; ticks: number[] } {
  const low = Math.min(...extremes(values)) / 1.1;
  const high = Math.max(...extremes(values)) * 1.1;
  const ticks: number[] = [];
  for (let decade = Math.floor(Math.log10(low)); decade <= Math.log10(high); decade += 1) {
    for (const digit of [1, 2, 5]) ticks.push(Number((digit * 10 ** decade).toPrecision(1)));
  }
  return { domain: [low, high], ticks: ticks.filter((tick) => tick >= low && tick <= high) };
}

/** Least and greatest; a spread call would overflow the stack at a hundred thousand values. */
function extremes(values: number[]): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}
