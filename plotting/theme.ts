/** One typeface for pages and pictures; the first two are what PNG files are drawn with, the others what a reader has. */
export const FONT = "'DejaVu Sans Condensed', 'DejaVu Sans', 'Segoe UI', system-ui, sans-serif";

/**
 * The colours of everything that is not a series. Pictures are drawn in the light ones; pages replace each by its dark
 * twin where the reader's system asks for it (page.css names the same colours).
 */
export const INK = {
  text: '#1f2328',
  muted: '#57606a',
  axis: '#8c959f',
  grid: '#e6e9ed',
  surface: '#ffffff',
  accent: '#0072b2',
  /** areas that a line is held against */
  planned: '#d0d7de',
} as const;

/**
 * Okabe and Ito's palette, which the common kinds of colour blindness keep apart; without yellow, which vanishes on white,
 * and with a grey in place of black, which would pass for text.
 * @see Okabe & Ito, Color Universal Design, 2008
 */
export const PALETTE = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00', '#6e7781'] as const;

/** Width of a picture's plot and of a narrow one, in pixels. */
export const PLOT_WIDTH = 640;

/** Vega-Lite's config for every picture: quiet axes, no frame, legends above, zero baselines are Vega-Lite's own habit. */
export const THEME = {
  font: FONT,
  background: INK.surface,
  padding: 12,
  view: { stroke: null },
  mark: { color: INK.accent },
  axis: {
    labelColor: INK.muted,
    labelFontSize: 11,
    labelPadding: 4,
    titleColor: INK.muted,
    titleFontSize: 11.5,
    titleFontWeight: 'normal',
    titlePadding: 8,
    gridColor: INK.grid,
    domainColor: INK.axis,
    tickColor: INK.axis,
    tickSize: 4,
  },
  axisX: { grid: false, labelFlush: false },
  axisQuantitative: { labelOverlap: 'greedy', labelSeparation: 8 },
  axisY: { domain: false, ticks: false },
  legend: {
    orient: 'top',
    direction: 'horizontal',
    title: null,
    labelColor: INK.text,
    labelFontSize: 12,
    labelLimit: 180,
    columnPadding: 14,
    rowPadding: 3,
    symbolSize: 90,
    offset: 10,
    layout: { top: { margin: 6, direction: 'vertical', anchor: 'start' } },
  },
  header: { labelColor: INK.text, labelFontSize: 12, title: null },
  title: {
    anchor: 'start',
    frame: 'group',
    color: INK.text,
    fontSize: 15,
    fontWeight: 'bold',
    subtitleColor: INK.muted,
    subtitleFontSize: 12,
    subtitlePadding: 5,
    offset: 14,
  },
  text: { color: INK.text, fontSize: 11 },
  point: { filled: true },
  line: { strokeWidth: 2 },
} as const;

/** A scale that gives each name its colour, the same in every picture that is made from the same list of names. */
export interface NamedColours {
  domain: string[];
  range: string[];
}

/**
 * Colours of the functions of a run. Names are sorted first, so that a picture that shows them in another order, or only
 * some of them, still gives each its own; beyond seven names the colours come again.
 *
 * @param names all names of the run, also those that a picture leaves out
 */
export function coloursOf(names: readonly string[]): NamedColours {
  const domain = [...new Set(names)].sort();
  return { domain, range: domain.map((_, i) => PALETTE[i % PALETTE.length]!) };
}

/** The same colours for some of the names only, so that a legend does not list what a picture does not show. */
export function onlyColoursOf({ domain, range }: NamedColours, names: readonly string[]): NamedColours {
  const shown = domain.flatMap((name, i) => (names.includes(name) ? [{ name, colour: range[i]! }] : []));
  return { domain: shown.map(({ name }) => name), range: shown.map(({ colour }) => colour) };
}
