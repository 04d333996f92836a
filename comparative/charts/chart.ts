import type { Figure } from '../../plotting/figure.js';
import { charactersOf, tellableNames } from '../../plotting/name-fitting.js';
import { THEME } from '../../plotting/theme.js';

/** A picture of the comparison: a file's name, and what a page shows of it. */
export type Chart = Figure;

/** A picture with what it is of, for those who see it without the page: the sides or tests with their runs and rows. */
export interface Picture extends Chart {
  about: string;
}

/** Why a picture is not there, as a sentence for the place where it would stand. */
export interface NoChart {
  name: string;
  why: string;
}

export function isChart<Drawn extends Chart>(drawn: Drawn | NoChart): drawn is Drawn {
  return 'spec' in drawn;
}

/** Baseline and candidate have these colours in every picture; both differ in lightness too. */
export const SIDE_COLOURS = { baseline: '#6e7781', candidate: '#0072b2' } as const;

/** A name of at most so many characters, for columns of text: a long one keeps both its ends. */
export function shortName(name: string, most: number): string {
  const characters = charactersOf(name);
  if (characters.length <= most) return name;
  const kept = Math.floor((most - 1) / 2);
  return `${characters.slice(0, kept).join('')}…${characters.slice(-kept).join('')}`;
}

/** Names for a legend, short and no two alike, or the points of two series would be taken for one. */
export function legendNames(names: readonly string[]): string[] {
  return tellableNames(names, THEME.legend.labelLimit, { size: THEME.legend.labelFontSize });
}

/** `1,234 rows`, `1 run` */
export function counted(n: number, noun: string): string {
  return `${n.toLocaleString('en-US')} ${noun}${n === 1 ? '' : 's'}`;
}

/** `300 to 1,200 rows`, or `300 rows` where all are alike. */
export function span(values: readonly number[], noun: string): string {
  const [least, most] = extremes(values);
  return least === most ? counted(most, noun) : `${least.toLocaleString('en-US')} to ${counted(most, noun)}`;
}

/** A log axis for times: it ends close to the data instead of at whole powers of ten, and has at least three ticks. */
export function logAxis(values: number[]): { domain: [number, number]; ticks: number[] } {
  // The end of an interval may be beyond what a number can hold; it has no place on an axis.
  const known = values.filter((value) => value > 0 && value < Infinity);
  const [least, greatest] = known.length === 0 ? [1, 10] : extremes(known);
  const domain: [number, number] = [least / 1.1, greatest * 1.1];
  return { domain, ticks: logTicks(domain) };
}

/** Of more powers of ten some are left out. */
const MOST_POWERS = 8;

function powersWithin([low, high]: [number, number]): number[] {
  const [first, last] = [Math.ceil(Math.log10(low)), Math.floor(Math.log10(high))];
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => Number(`1e${first + i}`));
}

/** Digits of each decade that get a tick, the coarsest first. */
const DIGITS = [
  [1, 2, 5],
  [1, 1.5, 2, 3, 5, 7],
  [1, 1.2, 1.4, 1.6, 1.8, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 9],
];

/** Three ticks of a log scale at least. A span too narrow even for the finest digits is as good as linear: steps of 1, 2 or 5. */
export function logTicks([low, high]: [number, number]): number[] {
  const powers = powersWithin([low, high]);
  if (powers.length >= 5) return powers.filter((_, i) => i % Math.ceil(powers.length / MOST_POWERS) === 0);
  for (const digits of DIGITS) {
    const ticks: number[] = [];
    for (let decade = Math.floor(Math.log10(low)); decade <= Math.log10(high); decade += 1) {
      for (const digit of digits) ticks.push(Number((digit * 10 ** decade).toPrecision(2)));
    }
    const within = ticks.filter((tick) => tick >= low && tick <= high);
    if (within.length >= 3) return within;
  }
  // A step is at most 2.5 times the rough one, so at least three ticks fit.
  const rough = (high - low) / 8;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((each) => each * power >= rough)!;
  const first = Math.ceil(low / step);
  const count = Math.floor(high / step) - first + 1;
  return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/**
 * A linear axis: never so narrow that noise looks like a cliff, ±5 % of the middle at least; of what is never negative it does
 * not begin below 0.
 */
export function linearDomain(values: readonly number[]): [number, number] {
  const [least, greatest] = extremes(values);
  const middle = (least + greatest) / 2;
  const reach = Math.max((greatest - least) * 0.55, Math.abs(middle) * 0.05) || 1;
  const low = middle - reach;
  return [least >= 0 ? Math.max(0, low) : low, middle + reach];
}

/** Least and greatest; a spread call would overflow the stack at a hundred thousand values. */
function extremes(values: readonly number[]): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}
