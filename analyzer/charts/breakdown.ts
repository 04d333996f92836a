import { PALETTE } from '../../plotting/theme.js';
import { PART_NAMES, type GroupFigures, type PartName, type Parts } from '../analysis.js';
import { partsOf } from '../breakdown.js';
import { counted, leftOutNote, type Chart, type ChartSource } from './chart.js';

const SHOWN = 12;

/** What the parts of a response time are called, in the order in which they happen, and their colours. */
export const PART_LABELS: Record<PartName, string> = {
  lateness_ms: 'lateness',
  send_wait_ms: 'send wait',
  network_front_ms: 'network and front',
  network_front_wait_ms: 'network, front and wait',
  wait_ms: 'wait',
  init_ms: 'init',
  execution_ms: 'execution',
};
const PART_COLOURS: Record<PartName, string> = {
  lateness_ms: PALETTE[6],
  send_wait_ms: PALETTE[3],
  network_front_ms: PALETTE[4],
  network_front_wait_ms: PALETTE[4],
  wait_ms: PALETTE[5],
  init_ms: PALETTE[1],
  execution_ms: PALETTE[0],
};

interface Bar {
  /** position from the top */
  row: string;
  part: string;
  order: number;
  mean: number;
  share: string;
}

/** Stacked bars of the mean parts of the response time, warm and cold on scales of their own; null where no part is known. */
export function breakdownChart({ analysis, functions }: ChartSource): Chart | null {
  const groups = functions.slice(0, SHOWN).map((name) => analysis.functions.find((group) => group.name === name)!);
  const known = groups.some(({ parts }) => parts.warm.n + parts.cold.n > 0);
  const panels = (known ? (['warm', 'cold'] as const) : (['all'] as const)).flatMap((kind) => panel(kind, groups));
  if (panels.length === 0) return null;
  const negative = analysis.functions.reduce((sum, { parts }) => sum + parts.all.negative, 0);
  return {
    name: 'breakdown',
    title: 'Where the response time went',
    question: 'Where did the time go?',
    caption:
      `Mean of each part of the response time; the parts add up to it. ${known ? 'Warm and cold starts have scales of their own. ' : ''}` +
      (negative > 0
        ? `In ${counted(negative)} rows a part is negative, because two clocks differ; they are kept. `
        : '') +
      leftOutNote(functions, SHOWN).trim(),
    spec: {
      vconcat: panels,
      resolve: { scale: { x: 'independent', y: 'independent' } },
      spacing: 26,
    },
  };
}

function panel(kind: 'all' | 'warm' | 'cold', groups: GroupFigures[]): object[] {
  const shown = groups.filter(({ parts }) => parts[kind].n > 0);
  const present = partsOf(shown);
  if (shown.length === 0) return [];
  const names = shown.map(({ name }) => name);
  const bars = shown.flatMap(({ parts }, i) => barsOf(names[i]!, parts[kind]));
  const totals = shown.map(({ parts }, i) => totalOf(names[i]!, parts[kind]));
  const y = {
    field: 'row',
    type: 'nominal',
    // a scale's domain is data; a sort by names would write them into an expression
    scale: { domain: names },
    title: null,
    axis: { labelLimit: { expr: 'width < 300 ? 100 : 160' }, minExtent: 60, domain: false },
  };
  return [
    {
      width: 560,
      height: { step: 30 },
      title: {
        text: { all: 'All invocations', warm: 'Warm', cold: 'Cold starts' }[kind],
        fontSize: 12,
        offset: 4,
        frame: 'group',
      },
      layer: [
        {
          data: { values: bars },
          mark: { type: 'bar', height: 18 },
          encoding: {
            y,
            x: {
              field: 'mean',
              type: 'quantitative',
              title: 'mean response time (ms)',
              axis: { tickCount: 6 },
              // room for the totals beyond the longest bar
              scale: { domainMax: 1.3 * Math.max(...totals.map(({ total }) => total)) },
            },
            color: {
              field: 'part',
              type: 'nominal',
              scale: {
                domain: present.map((part) => PART_LABELS[part]),
                range: present.map((part) => PART_COLOURS[part]),
              },
              legend: { columns: { expr: 'width < 170 ? 1 : width < 300 ? 2 : width < 460 ? 3 : 6' } },
            },
            order: { field: 'order', type: 'quantitative' },
            tooltip: [
              { field: 'row', title: 'function' },
              { field: 'part', title: 'part' },
              { field: 'mean', title: 'mean ms', format: ',.3~f' },
              { field: 'share', title: 'of the mean' },
            ],
          },
        },
        {
          data: { values: totals },
          mark: { type: 'text', align: 'left', dx: 6 },
          encoding: { y, x: { field: 'total', type: 'quantitative' }, text: { field: 'label' } },
        },
      ],
    },
  ];
}

function knownParts({ mean }: Parts): [PartName, number][] {
  return PART_NAMES.flatMap((part) => (mean[part] === null ? [] : [[part, mean[part]] satisfies [PartName, number]]));
}

function barsOf(row: string, parts: Parts): Bar[] {
  const known = knownParts(parts);
  const total = known.reduce((sum, [, mean]) => sum + mean, 0);
  return known.map(([part, mean]) => ({
    row,
    part: PART_LABELS[part],
    order: PART_NAMES.indexOf(part),
    mean,
    share: `${((100 * mean) / total).toFixed(1)} %`,
  }));
}

function totalOf(row: string, parts: Parts): { row: string; total: number; label: string } {
  const total = knownParts(parts).reduce((sum, [, mean]) => sum + mean, 0);
  return {
    row,
    total,
    label: `${total.toLocaleString('en-US', { maximumSignificantDigits: 3 })} ms (n = ${counted(parts.n)})`,
  };
}
