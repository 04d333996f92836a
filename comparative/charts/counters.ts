import { panelGrid, PANEL_WIDTH } from '../../plotting/panels.js';
import { fittedName } from '../../plotting/name-fitting.js';
import { bySide } from '../curves/by-side.js';
import { levelsOf, type Counter, type CounterPoint } from '../curves/counters.js';
import { groupedBy } from '../curves/grouped-by.js';
import type { Sides } from '../sides.js';
import { counted, linearDomain, span, type Chart, type NoChart } from './chart.js';
import { counterUnit } from './counter-unit.js';
import { panelTitle, PANEL_Y } from './panel.js';
import { rateAxis } from './rate-axis.js';
import { MOST_SERIES, seriesMarks, type SeriesMarks } from './series-marks.js';

const NAME = 'counters';
/** More panels nobody looks through. */
const MOST_COUNTERS = 12;

/**
 * The counters of the hosts against the offered rate: a point is the mean of a run, lines join the means of the runs of a
 * category at one rate, of each side for itself. A panel a counter, the ones asked for most first.
 */
export function countersChart(counters: readonly Counter[], sides: Sides | null = null): Chart | NoChart {
  if (counters.length === 0)
    return { name: NAME, why: 'The archives hold no counters of hosts: perf_monitoring of the config makes them.' };
  const severalHosts = new Set(counters.flatMap(({ points }) => points.map(({ host }) => host))).size > 1;
  const all = counters.map((counter) => ({ ...counter, series: seriesOf(counter.points, severalHosts, sides) }));
  const climbing = [
    ...new Set(all.flatMap(({ series }) => [...series].flatMap(([name, own]) => (climbs(own) ? name : [])))),
  ];
  if (climbing.length === 0)
    return {
      name: NAME,
      why: 'No category of tests was watched at two different rates, so no counter is drawn against it.',
    };
  const names = climbing.slice(0, MOST_SERIES);
  const drawn = all.filter(({ series }) => names.some((name) => series.has(name)));
  const shown = drawn.slice(0, MOST_COUNTERS);
  const marks = seriesMarks(names);
  const rates = shown.flatMap(({ points }) => points.map(({ rate }) => rate));
  const panels = shown.map(({ tool, counter, series }) =>
    panelOf(
      tool,
      counter,
      new Map(names.flatMap((name) => (series.has(name) ? [[marks.short(name), series.get(name)!]] : []))),
      {
        marks,
        x: rateAxis(rates, 5),
      },
    ),
  );
  return {
    name: NAME,
    title: 'What the hosts did at each rate',
    caption: captionOf(shown, drawn.length, { shown: names.length, all: climbing.length }),
    spec: panelGrid(panels),
  };
}

/** By category, by host where there are several, and by side where both have runs of the category. */
function seriesOf(points: CounterPoint[], several: boolean, sides: Sides | null): Map<string, CounterPoint[]> {
  const named = groupedBy(points, ({ category, host }) =>
    several ? `${category} · ${host ?? 'unnamed host'}` : category,
  );
  const parts = [...named].flatMap(([name, own]) =>
    bySide(own, sides, ({ run_id }) => run_id, climbs).map(({ side, points: part }): [string, CounterPoint[]] => [
      side === null ? name : `${side} · ${name}`,
      part,
    ]),
  );
  return new Map(parts);
}

function climbs(points: readonly CounterPoint[]): boolean {
  return new Set(points.map(({ rate }) => rate)).size > 1;
}

function panelOf(
  tool: string,
  counter: string,
  series: Map<string, CounterPoint[]>,
  { marks, x }: { marks: SeriesMarks; x: object },
): object {
  const { color, shape, full } = marks;
  const points = [...series].flatMap(([name, own]) =>
    own.map(({ run_id, rate, value, samples }) => ({ series: name, run_id, rate, value, samples })),
  );
  const levels = [...series].flatMap(([name, own]) => levelsOf(own).map((level) => ({ series: name, ...level })));
  const values = [
    ...points.map(({ value }) => value),
    ...levels.flatMap(({ value, low, high }) => [low ?? value, high ?? value]),
  ];
  const domain = linearDomain(values);
  const y = {
    type: 'quantitative',
    title: domain[0] > 0 ? [...counterUnit(counter), '(not from 0)'] : counterUnit(counter),
    scale: { domain, nice: false },
    axis: {
      ...PANEL_Y,
      tickCount: 4,
      format: Math.max(...values.map(Math.abs)) < 10_000 ? ',.3~r' : '.3~s',
      grid: true,
    },
  };
  return {
    title: panelTitle(fittedName(`${tool}: ${counter}`, 270, { size: 12, bold: true }), [
      `${counted(new Set(points.map((point) => point.run_id)).size, 'run')} of ${span(
        points.map(({ samples }) => samples),
        'sample',
      )}`,
    ]),
    width: PANEL_WIDTH,
    height: 130,
    layer: [
      { data: { values: levels }, mark: { type: 'line' }, encoding: { x, y: { ...y, field: 'value' }, color } },
      {
        data: { values: levels.filter(({ low }) => low !== null) },
        mark: { type: 'rule', strokeWidth: 2 },
        encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' }, color },
      },
      {
        data: { values: points },
        mark: { type: 'point', size: 34, opacity: 0.85 },
        transform: full.transform,
        encoding: {
          x,
          y: { ...y, field: 'value' },
          color,
          shape,
          tooltip: [
            { field: full.field, type: 'nominal', title: 'of' },
            { field: 'run_id', type: 'nominal', title: 'run' },
            { field: 'rate', title: 'rate', format: ',.4~r' },
            { field: 'value', title: 'mean', format: ',.4~r' },
            { field: 'samples', title: 'samples', format: ',' },
          ],
        },
      },
    ],
  };
}

function captionOf(shown: readonly Counter[], counters: number, series: { shown: number; all: number }): string {
  const levels = shown.flatMap(({ points }) => levelsOf(points));
  const intervals = levels.some(({ low }) => low !== null);
  return [
    'Each point is the mean of a host over one run, from plan zero to its end (of several cores: ratios averaged, amounts added up); lines join the means of a category’s runs at one rate',
    intervals
      ? ', bars are their 95 % interval over three or more runs (Student’s t).'
      : '. There are no intervals: they need three runs at one rate.',
    ' The rate is that of all functions of a run together.',
    shown.length < counters
      ? ` ${shown.length} of ${counters} counters are drawn: IPC and misses first, then CPU, memory and containers, then the others by tool and name; --tables has all.`
      : '',
    series.shown < series.all
      ? ` ${series.shown} of ${series.all} categories and hosts are drawn, the first found.`
      : '',
  ].join('');
}
