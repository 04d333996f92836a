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
