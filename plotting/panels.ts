import type { CompiledSpec, Spec } from './spec.js';
import { PLOT_WIDTH } from './theme.js';

/** Width that all plots of a row and what lies between them have together; the script of a page changes it. */
const WIDTH = 'width';
/** Below it the panels stand below each other. */
const TWO_COLUMNS_FROM = 540;
/** Room between two plots of a row: the axis of the right one, and a gap. */
const BETWEEN = 84;
const ONE_COLUMN = `${WIDTH} < ${TWO_COLUMNS_FROM}`;

/** How wide a panel is, as an expression: what stands above one has to be cut there. */
export const PANEL_ROOM = `${ONE_COLUMN} ? ${WIDTH} : (${WIDTH} - ${BETWEEN}) / 2`;

/** What each panel of a grid must be given as its width; it changes with the room that a page has. */
export const PANEL_WIDTH = (PLOT_WIDTH - BETWEEN) / 2;

/** The y axis of a panel: all of one size, so that the plots of a row and of a column stand in line. */
export const PANEL_AXIS = { minExtent: 40, maxExtent: 40 } as const;

/**
 * Small panels, two in a row, and one below the other where a page is narrow. A single panel takes the whole width.
 * @param panels views with `width: PANEL_WIDTH` and one height for all
 */
export function panelGrid(panels: readonly object[]): Spec {
  if (panels.length === 1) return { vconcat: [{ ...panels[0], width: PLOT_WIDTH }] };
  return {
    params: [{ name: WIDTH, value: PLOT_WIDTH }],
    columns: { signal: `${ONE_COLUMN} ? 1 : 2` },
    concat: panels,
    spacing: 22,
  };
}

/**
 * Makes the panels of a grid follow the width of the whole: Vega-Lite itself can give the views of a grid fixed widths only.
 * What is not such a grid stays as it is.
 */
export function fitPanels(compiled: CompiledSpec): CompiledSpec {
  const signals = (compiled['signals'] ?? []) as { name: string; value?: unknown; update?: string }[];
  const child = signals.find(({ name }) => name === 'childWidth');
  if (child === undefined || !signals.some(({ name }) => name === WIDTH)) return compiled;
  delete child.value;
  child.update = PANEL_ROOM;
  return compiled;
}
