import { tellableNames } from '../../plotting/name-fitting.js';
import { INK, PLOT_WIDTH } from '../../plotting/theme.js';
import { boxOf, type Box } from '../curves/boxes.js';
import type { RunHistogram } from '../curves/run-histograms.js';
import { counted, type Chart, type NoChart } from './chart.js';
import { leftOutOf } from './left-out.js';
import { groupNames, groupScale, panelTitle, timeScale } from './panel.js';
import type { Scene } from './scene.js';

const NAME = 'warm-cold';
/** On a phone names and figures are smaller, or they would leave no room for the boxes. */
const NARROW = 'width < 240';
/** Of a name beside its box, px. */
const NAME_ROOM = 96;

/** How long warm and cold starts took, apart, by side or test: what a mean of both hides. */
export function warmColdChart(scene: Scene, histograms: readonly RunHistogram[]): Chart | NoChart {
  const known = scene.functions
    .map((name) => ({ name, boxes: boxesOf(scene, name, histograms) }))
    .filter(({ boxes }) => boxes.length > 0);
  if (known.length === 0) return { name: NAME, why: 'No platform told of any invocation whether it was a cold start.' };
  const drawn = known.map(({ name }) => name);
  const left = leftOutOf(scene, drawn, 'the platform did not say whether they were cold starts');
  return {
    name: NAME,
    title: 'Warm and cold starts',
    caption: `Boxes hold the middle half of the rows, their line is the median, the thin ends are the 5th and the 95th percentile; n beside each. All rows of a side's runs together, read from bins of 1 %: they describe what was measured, and say nothing of chance.${left}`,
    spec: {
      vconcat: known.map(({ name, boxes }) => panelOf(scene, name, boxes)),
      resolve: { scale: { x: 'independent', y: 'independent', color: 'shared' } },
    },
  };
}

interface BoxRow extends Box {
  label: string;
  line: string;
  text: string;
}

/** Warm first, then cold, so that the sides stand beside each other. */
function boxesOf({ groups }: Scene, name: string, histograms: readonly RunHistogram[]): BoxRow[] {
  const short = tellableNames(
    groups.map(({ label }) => label),
    NAME_ROOM,
    { size: 11 },
  );
  return [false, true].flatMap((cold) =>
    groups.flatMap(({ name: label, runs }, i) => {
      const box = boxOf(
        histograms.filter((each) => each.function === name && each.cold === cold && runs.includes(each.run_id)),
      );
      if (box === null) return [];
      const line = `${cold ? 'cold' : 'warm'} · ${short[i]!}`;
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
    axis: { labelLimit: 170, labelFontSize: { expr: `${NARROW} ? 9 : 11` }, minExtent: 60 },
  };
  const color = { field: 'label', type: 'nominal', scale: groupScale(scene.groups), legend: null };
  const full = groupNames(scene.groups);
  const between = (low: keyof Box, high: keyof Box) => ({ x: { ...x, field: low }, x2: { field: high }, y, color });
  const tooltip = [
    { field: full.field, type: 'nominal', title: 'of' },
    { field: 'line', title: 'start' },
    ...(['p5', 'p25', 'p50', 'p75', 'p95'] as const).map((field) => ({ field, title: field, format: ',.4~r' })),
    { field: 'text', title: 'from' },
  ];
  return {
    title: panelTitle(scene.titles.get(name)!),
    width: PLOT_WIDTH - 200,
    height: { step: 22 },
    data: { values },
    layer: [
      { mark: { type: 'rule', strokeWidth: 1.5 }, encoding: between('p5', 'p95') },
      { mark: { type: 'bar', height: 13 }, transform: full.transform, encoding: { ...between('p25', 'p75'), tooltip } },
      {
        mark: { type: 'tick', thickness: 2.5, size: 13, color: INK.text },
        encoding: { x: { ...x, field: 'p50' }, y },
      },
      {
        mark: { type: 'text', align: 'left', dx: 8, fontSize: { expr: `${NARROW} ? 9 : 11` } },
        encoding: { x: { value: 'width' }, y, text: { field: 'text' } },
      },
    ],
  };
}
