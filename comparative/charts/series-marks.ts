import { coloursOf, PALETTE } from '../../plotting/theme.js';
import { fullNames } from './full-names.js';
import { legendNames } from './chart.js';
import { LEGEND_COLUMNS } from './panel.js';

/** Shapes of points, for those who cannot tell their colours apart; as many as there are colours. */
export const SHAPES = [
  'circle',
  'square',
  'triangle-up',
  'diamond',
  'triangle-down',
  'cross',
  'triangle-right',
] as const;

/** As many series as one picture tells apart. */
export const MOST_SERIES = PALETTE.length;

/** What points and lines of several series need: short names, no two alike, each with a colour and a shape, in one legend. */
export interface SeriesMarks {
  /** the short name of a series */
  short: (full: string) => string;
  color: object;
  shape: object;
  /** for tooltips; rows carry the short name as `series` */
  full: ReturnType<typeof fullNames>;
}

/**
 * @param all names in full, as many as are drawn
 * @param colours of some of them, instead of the next in the palette
 */
export function seriesMarks(all: readonly string[], colours: Readonly<Record<string, string>> = {}): SeriesMarks {
  const known = all.length > 0 && all.every((name) => Object.hasOwn(colours, name));
  // Of two sides the baseline comes first.
  const names = known ? Object.keys(colours).filter((name) => all.includes(name)) : all;
  const short = legendNames(names);
  const shortOf = new Map(names.map((name, i) => [name, short[i]!]));
  const { domain, range } = known ? { domain: short, range: names.map((name) => colours[name]!) } : coloursOf(short);
  const field = { field: 'series', type: 'nominal' };
  const legend = { columns: LEGEND_COLUMNS, symbolOpacity: 1 };
  return {
    short: (full) => shortOf.get(full)!,
    color: { ...field, scale: { domain, range }, legend },
    shape: { ...field, scale: { domain, range: domain.map((_, i) => SHAPES[i % SHAPES.length]!) }, legend },
    full: fullNames(
      names.map((full, i) => ({ short: short[i]!, full })),
      'series',
    ),
  };
}
