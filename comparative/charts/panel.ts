import { PANEL_AXIS, PANEL_ROOM, PANEL_WIDTH } from '../../plotting/panels.js';
import { coloursOf } from '../../plotting/theme.js';
import { logAxis, shortName } from './chart.js';
import { restsOn, timeTitle, type CurveGroup, type Scene } from './scene.js';

const HEIGHT = 190;

/** The frame of a function's panel: its name, and what its curves rest on. */
export function functionPanel(scene: Scene, name: string): object {
  return { title: panelTitle(shortName(name), restsOn(scene, name)), width: PANEL_WIDTH, height: HEIGHT };
}

/** @param lines what it rests on, below the name */
export function panelTitle(text: string, lines: readonly string[] = []): object {
  const subtitle = lines.length > 0 ? { subtitle: lines, subtitleFontSize: 11, subtitlePadding: 2 } : {};
  return { text, ...subtitle, fontSize: 12, offset: 8, limit: { expr: PANEL_ROOM } };
}

/** The groups' own colours where they have some, else one for each test. */
export function groupColour(groups: readonly CurveGroup[]): object {
  const domain = groups.map((group) => group.name);
  const own = groups.flatMap(({ colour }) => colour ?? []);
  return {
    field: 'label',
    type: 'nominal',
    scale: own.length === domain.length ? { domain, range: own } : coloursOf(domain),
    legend: {
      columns: { expr: 'max(1, floor(width / 190))' },
      symbolType: 'stroke',
      symbolOpacity: 1,
      symbolStrokeWidth: 3,
    },
  };
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
  return { ...scaled, axis: { ...scaled.axis, ...PANEL_AXIS } };
}
