import { PANEL_AXIS, panelGrid, PANEL_WIDTH } from '../../plotting/panels.js';
import { coloursOf, PALETTE } from '../../plotting/theme.js';
import { levelsOf, type Counter, type CounterPoint } from '../curves/counters.js';
import { groupedBy } from '../curves/grouped-by.js';
import { counted, legendNames, linearDomain, shortName, span, type Chart, type NoChart } from './chart.js';
import { panelTitle } from './panel.js';

const NAME = 'counters';
/** More panels nobody looks through. */
const MOST_COUNTERS = 12;

/**
 * The counters of the hosts against the offered rate: a point is the mean of a run, lines join the means of the runs of a
 * category at one rate. A panel a counter, the ones asked for most first.
 */
export function countersChart(counters: readonly Counter[]): Chart | NoChart {
  if (counters.length === 0)
    return { name: NAME, why: 'The archives hold no counters of hosts: perf_monitoring of the config makes them.' };
  const severalHosts = new Set(counters.flatMap(({ points }) => points.map(({ host }) => host))).size > 1;
  const all = counters.map((counter) => ({ ...counter, series: seriesOf(counter.points, severalHosts) }));
  const climbing = [
    ...new Set(all.flatMap(({ series }) => [...series].flatMap(([name, own]) => (climbs(own) ? name : [])))),
  ];
  if (climbing.length === 0)
    return {
      name: NAME,
      why: 'No category of tests was watched at two different rates, so no counter is drawn against it.',
    };
  const names = climbing.slice(0, PALETTE.length);
  const legend = legendNames(names);
  const drawn = all.filter(({ series }) => names.some((name) => series.has(name)));
  const shown = drawn.slice(0, MOST_COUNTERS);
  const color = {
    field: 'series',
    type: 'nominal',
    scale: coloursOf(legend),
    legend: { columns: { expr: 'max(1, floor(width / 190))' } },
  };
  const panels = shown.map(({ tool, counter, series }) =>
    panelOf(
      `${tool}: ${counter}`,
      new Map(
        names.flatMap((name, i) => {
          const own = series.get(name);
          return own === undefined ? [] : [[legend[i]!, own]];
        }),
      ),
      color,
    ),
  );
  const title = 'What the hosts did at each rate';
  return {
    name: NAME,
    title,
    caption: captionOf(shown, drawn.length - shown.length, climbing.length - names.length),
    spec: { title, ...panelGrid(panels) },
  };
}

/** By category, and by host where there are several. */
function seriesOf(points: CounterPoint[], several: boolean): Map<string, CounterPoint[]> {
  return groupedBy(points, ({ category, host }) => (several ? `${category} · ${host ?? 'unnamed host'}` : category));
}

function climbs(points: CounterPoint[]): boolean {
  return new Set(points.map(({ rate }) => rate)).size > 1;
}

function panelOf(title: string, series: Map<string, CounterPoint[]>, color: object): object {
  const points = [...series].flatMap(([name, own]) =>
    own.map(({ run_id, rate, value, samples }) => ({ series: name, run_id, rate, value, samples })),
  );
  const levels = [...series].flatMap(([name, own]) => levelsOf(own).map((level) => ({ series: name, ...level })));
  const values = [
    ...points.map(({ value }) => value),
    ...levels.flatMap(({ value, low, high }) => [low ?? value, high ?? value]),
  ];
  const x = {
    field: 'rate',
    type: 'quantitative',
    title: 'offered rate (1/s)',
    scale: { zero: false, nice: false, padding: 10 },
  };
  const y = {
    type: 'quantitative',
    title: null,
    scale: { domain: linearDomain(values), nice: false },
    axis: {
      ...PANEL_AXIS,
      tickCount: 4,
      format: Math.max(...values.map(Math.abs)) < 10_000 ? ',.3~r' : '.3~s',
      grid: true,
    },
  };
  return {
    title: panelTitle(shortName(title, 44), [
      `${counted(new Set(points.map((point) => point.run_id)).size, 'run')} of ${span(
        points.map(({ samples }) => samples),
        'sample',
      )}`,
    ]),
    width: PANEL_WIDTH,
    height: 120,
    layer: [
      { data: { values: levels }, mark: { type: 'line' }, encoding: { x, y: { ...y, field: 'value' }, color } },
      {
        data: { values: levels.filter(({ low }) => low !== null) },
        mark: { type: 'rule', strokeWidth: 2 },
        encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' }, color },
      },
      {
        data: { values: points },
        mark: { type: 'point', size: 30, opacity: 0.8 },
        encoding: {
          x,
          y: { ...y, field: 'value' },
          color,
          tooltip: [
            { field: 'series', title: 'of' },
            { field: 'rate', title: 'rate', format: ',.4~r' },
            { field: 'value', title: 'mean', format: ',.4~r' },
            { field: 'samples', title: 'samples', format: ',' },
          ],
        },
      },
    ],
  };
}

function captionOf(shown: readonly Counter[], countersLeft: number, seriesLeft: number): string {
  const intervals = shown.some(({ points }) => levelsOf(points).some(({ low }) => low !== null));
  return [
    `Each point is the mean of a host over one run, from plan zero to its end (of several cores: ratios averaged, amounts added up); lines join the means of a category's runs at one rate`,
    intervals ? ', bars are their 95 % interval over three or more runs (Student’s t).' : '.',
    ' The rate is that of all functions of a run together. IPC and misses come first, then CPU, memory and containers, then the others by tool and name.',
    countersLeft > 0 ? ` ${counted(countersLeft, 'more counter')} not drawn.` : '',
    seriesLeft > 0 ? ` ${counted(seriesLeft, 'more category or host')} not drawn.` : '',
  ].join('');
}
