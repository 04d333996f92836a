import { INK, PLOT_WIDTH } from '../../plotting/theme.js';
import { boxOf, type Box } from '../curves/boxes.js';
import type { RunHistogram } from '../curves/run-histograms.js';
import { counted, shortName, type Chart, type NoChart } from './chart.js';
import { groupColour, panelTitle, timeScale } from './panel.js';
import { leftOutOf, type Scene } from './scene.js';

const NAME = 'warm-cold';

/** How long warm and cold starts took, apart, by side or test: what a mean of both hides. */
export function warmColdChart(scene: Scene, histograms: readonly RunHistogram[]): Chart | NoChart {
  const panels = scene.functions.flatMap((name) => {
    const boxes = boxesOf(scene, name, histograms);
    return boxes.length === 0 ? [] : [panelOf(scene, name, boxes)];
  });
  if (panels.length === 0)
    return { name: NAME, why: 'No platform told of any invocation whether it was a cold start.' };
  const title = 'Warm and cold starts';
  return {
    name: NAME,
    title,
    caption: `Boxes hold the middle half of the rows, their line is the median, the thin ends are the 5th and the 95th percentile; n beside each. All rows of a side's runs together, read from bins of 1 %: they describe what was measured, and say nothing of chance.${leftOutOf(scene)}`,
    spec: { title, vconcat: panels, resolve: { scale: { x: 'independent', y: 'independent', color: 'shared' } } },
  };
}

interface BoxRow extends Box {
  label: string;
  line: string;
  text: string;
}

/** Warm first, then cold, so that the sides stand beside each other. */
function boxesOf({ groups }: Scene, name: string, histograms: readonly RunHistogram[]): BoxRow[] {
  return [false, true].flatMap((cold) =>
    groups.flatMap(({ name: label, runs }) => {
      const box = boxOf(
        histograms.filter((each) => each.function === name && each.cold === cold && runs.includes(each.run_id)),
      );
      if (box === null) return [];
      const line = `${cold ? 'cold' : 'warm'} · ${label}`;
      return [
        {
          ...box,
          label,
          line,
          text: `n = ${box.n.toLocaleString('en-US')}, ${counted(box.runs, 'run')}`,
        },
      ];
    }),
  );
}

function panelOf(scene: Scene, name: string, values: BoxRow[]): object {
  const x = timeScale(
    scene,
    values.flatMap(({ p5, p95 }) => [p5, p95]),
  );
  const y = {
    field: 'line',
    type: 'nominal',
    title: null,
    scale: { domain: values.map(({ line }) => line) },
    axis: { labelLimit: { expr: 'width < 300 ? 100 : 190' }, minExtent: 60 },
  };
  const color = { ...groupColour(scene.groups), legend: null };
  const between = (low: keyof Box, high: keyof Box) => ({ x: { ...x, field: low }, x2: { field: high }, y, color });
  const tooltip = [
    { field: 'line', title: 'of' },
    ...(['p5', 'p25', 'p50', 'p75', 'p95'] as const).map((field) => ({ field, title: field, format: ',.4~r' })),
    { field: 'text', title: 'from' },
  ];
  return {
    title: panelTitle(shortName(name)),
    width: PLOT_WIDTH - 200,
    height: { step: 22 },
    data: { values },
    layer: [
      { mark: { type: 'rule', strokeWidth: 1.5 }, encoding: between('p5', 'p95') },
      { mark: { type: 'bar', height: 13 }, encoding: { ...between('p25', 'p75'), tooltip } },
      {
        mark: { type: 'tick', thickness: 2.5, size: 13, color: INK.text },
        encoding: { x: { ...x, field: 'p50' }, y },
      },
      {
        mark: { type: 'text', align: 'left', dx: 8 },
        encoding: { x: { value: 'width' }, y, text: { field: 'text' } },
      },
    ],
  };
}
