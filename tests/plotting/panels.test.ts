import { expect, test } from 'vitest';
import { compileSpec } from '../../plotting/compile.js';
import { panelGrid, PANEL_WIDTH } from '../../plotting/panels.js';
import { renderSvg } from '../../plotting/render.js';
import { PLOT_WIDTH } from '../../plotting/theme.js';

const panel = (name: string) => ({
  title: name,
  width: PANEL_WIDTH,
  height: 60,
  data: { values: [{ x: 1, y: 2 }] },
  mark: 'point',
  encoding: { x: { field: 'x', type: 'quantitative' }, y: { field: 'y', type: 'quantitative' } },
});

/** Where each panel stands, and how wide its plot is. */
function places(svg: string): { x: number; y: number; width: number }[] {
  const groups = [
    ...svg.matchAll(
      /concat_\d+_group[^>]*><g transform="translate\(([\d.]+),([\d.]+)\)"><path class="background"[^>]* d="M[\d.,]+h([\d.]+)/g,
    ),
  ];
  return groups.map(([, x, y, width]) => ({
    x: Math.round(Number(x)),
    y: Math.round(Number(y)),
    width: Number(width),
  }));
}

test('panels stand two in a row, and are as wide as the theme’s plots together', async () => {
  const [first, second, third] = places(await renderSvg(panelGrid(['a', 'b', 'c'].map(panel))));
  expect([first!.y === second!.y, first!.x === third!.x, third!.y > first!.y]).toEqual([true, true, true]);
  expect(first!.width).toBeCloseTo(PANEL_WIDTH, 0);
  expect(second!.x).toBeGreaterThan(first!.x + first!.width);
});

test('a single panel takes the whole width', async () => {
  expect(places(await renderSvg(panelGrid([panel('a')])))).toMatchObject([{ width: PLOT_WIDTH }]);
});

test('the panels of a grid follow the width that a page gives them; views of others keep theirs', () => {
  const childWidth = (spec: Record<string, unknown>) =>
    (compileSpec(spec)['signals'] as { name: string; value?: number; update?: string }[]).find(
      ({ name }) => name === 'childWidth',
    );
  const grid = childWidth(panelGrid(['a', 'b'].map(panel)))!;
  expect(grid.value).toBeUndefined();
  // what Vega will compute: one column below 540 px, else half of what is left beside the axis between the plots
  const at = new Function('width', `return ${grid.update!}`) as (width: number) => number;
  expect([at(300), at(539), at(540), at(PLOT_WIDTH)]).toEqual([300, 539, 228, PANEL_WIDTH]);
  expect(childWidth({ columns: 2, concat: ['a', 'b'].map(panel) })).toMatchObject({ value: PANEL_WIDTH });
});
