import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isChart, type Picture } from '../../comparative/charts/chart.js';
import { drawCharts } from '../../comparative/draw-charts.js';
import { exitCodeOf } from '../../comparative/exit-code.js';
import { emptyFolder } from '../support/programs.js';

const picture = (name: string, more: object = {}): Picture => ({
  name,
  title: `The picture ${name}`,
  about: 'baseline “v1”: 3 runs, 30 rows',
  caption: 'Bars are 95 % intervals.',
  spec: {
    data: { values: [{ ms: 3 }] },
    mark: 'point',
    encoding: { x: { field: 'ms', type: 'quantitative' } },
    ...more,
  },
});

test.each([
  ['Vega-Lite warns of', { encoding: { order: { field: 'ms', type: 'nominal' } } }],
  ['Vega cannot parse', { transform: [{ filter: 'datum.ms >' }] }],
])('a picture that %s is named with its reason, and the others are drawn', async (_, broken) => {
  const folder = emptyFolder();
  const { charts, pictures, undrawn } = await drawCharts(
    [picture('trend'), picture('cdf', broken), { name: 'counters', why: 'none' }, picture('forest')],
    folder,
  );
  expect(readdirSync(folder).sort()).toEqual(['forest.png', 'forest.svg', 'trend.png', 'trend.svg']);
  expect(pictures).toHaveLength(4);
  expect(undrawn).toEqual([
    expect.stringMatching(/^The picture cdf could not be drawn \(.+\); this is a fault of faaslab/),
  ]);
  expect(charts.map((chart) => [chart.name, isChart(chart)])).toEqual([
    ['trend', true],
    ['cdf', false],
    ['counters', false],
    ['forest', true],
  ]);
  expect(exitCodeOf({ gates: [], invalid: [] }, { fault: null, undrawn }, { strict: false })).toBe(1);
});

test('without a folder they are tried all the same, so that a page has the reason in place of the picture', async () => {
  const { pictures, undrawn } = await drawCharts([picture('cdf', { mark: 'nothing' }), picture('trend')], null);
  expect(pictures).toEqual([]);
  expect(undrawn).toHaveLength(1);
});

test('a file carries title, sides and caption; a folder that cannot be written is no fault of a picture', async () => {
  const folder = emptyFolder();
  await drawCharts([picture('trend')], folder);
  const svg = readFileSync(join(folder, 'trend.svg'), 'utf8');
  for (const text of ['The picture trend', 'baseline “v1”: 3 runs, 30 rows', 'Bars are 95\u00a0% intervals.'])
    expect(svg).toContain(`>${text}<`);
  await expect(drawCharts([picture('trend')], join(folder, 'trend.svg'))).rejects.toThrow(/ENOTDIR|in the way/);
});
