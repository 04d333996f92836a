import { PANEL_AXIS, PANEL_ROOM, PANEL_WIDTH } from '../../plotting/panels.js';
import { coloursOf } from '../../plotting/theme.js';
import { logAxis } from './chart.js';
import { fullNames } from './full-names.js';
import { restsOn, timeTitle, type CurveGroup, type Scene } from './scene.js';

const HEIGHT = 190;

/**
 * The y axis of a panel. Its labels stay within the plot's height: what stands out would lift the title of its panel above that
 * of the panel beside it.
 */
export const PANEL_Y = { ...PANEL_AXIS, labelFlush: true } as const;

/** The frame of a function's panel: its name, and what its curves rest on. */
export function functionPanel(scene: Scene, name: string): object {
  return { title: panelTitle(scene.titles.get(name)!, restsOn(scene, name)), width: PANEL_WIDTH, height: HEIGHT };
}

/** @param lines what it rests on, below the name */
export function panelTitle(text: string, lines: readonly string[] = []): object {
  const subtitle = lines.length > 0 ? { subtitle: lines, subtitleFontSize: 11, subtitlePadding: 2 } : {};
  return { text, ...subtitle, fontSize: 12, offset: 8, limit: { expr: PANEL_ROOM } };
}

/** A stroke in a legend that is long enough to show dashes, twice as long as the room that Vega leaves for it. */
const LONG_STROKE = 'M-1,0L3,0';

/** Dashes of curves, for those who cannot tell their colours apart; as many as there are colours. */
const DASHES = [
  [1, 0],
  [7, 3],
  [2, 2],
  [9, 3, 2, 3],
  [14, 3],
  [5, 2, 1, 2, 1, 2],
  [3, 5],
];

/** Colours and dashes of curves: the groups' own where they have some, else one for each test. */
export function groupLines(groups: readonly CurveGroup[]): { color: object; strokeDash: object } {
  const { domain, range } = groupScale(groups);
  const field = { field: 'label', type: 'nominal' };
  const legend = {
    columns: LEGEND_COLUMNS,
    symbolType: LONG_STROKE,
    symbolSize: 220,
    labelOffset: 22,
    symbolOpacity: 1,
    symbolStrokeWidth: 2,
  };
  // Of two sides the baseline is the dashed one.
  const dashes = groups.every(({ colour }) => colour !== undefined) ? [DASHES[1]!, DASHES[0]!] : DASHES;
  return {
    color: { ...field, scale: { domain, range }, legend },
    strokeDash: { ...field, scale: { domain, range: domain.map((_, i) => dashes[i % dashes.length]!) }, legend },
  };
}

/** As many columns as fit beside each other. */
export const LEGEND_COLUMNS = { expr: 'max(1, floor(width / 200))' };

/** The groups' own colours where they have some, else one for each test. */
export function groupScale(groups: readonly CurveGroup[]): { domain: string[]; range: string[] } {
  const domain = groups.map((group) => group.name);
  const own = groups.flatMap(({ colour }) => colour ?? []);
  return own.length === domain.length ? { domain, range: own } : coloursOf(domain);
}

/** Where tooltips find the full names of groups; rows carry the short one as `label`. */
export function groupNames(groups: readonly CurveGroup[]): ReturnType<typeof fullNames> {
  return fullNames(
    groups.map(({ name, label }) => ({ short: name, full: label })),
    'label',
  );
}

/** An axis of times on a log scale, close around the values. */
export function timeScale(scene: Scene, values: number[]): object {
  const { domain, ticks } = logAxis(values);
  return {
    type: 'quantitative',
    title: timeTitle(scene),
    scale: { type: 'log', domain, nice: false },
    axis: { values: ticks, format: ',~r', grid: true },
  };
}

/** The same as a vertical axis of a panel. */
export function verticalTimes(scene: Scene, values: number[]): object {
  const scaled = timeScale(scene, values) as { axis: object };
  return { ...scaled, axis: { ...scaled.axis, ...PANEL_Y } };
}
