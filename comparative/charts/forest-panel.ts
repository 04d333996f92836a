import { INK } from '../../plotting/theme.js';
import { logTicks } from './chart.js';

/** A line of the picture: a measure of a function or instance. */
export interface ForestRow {
  /** of its function or instance among all that are drawn */
  place: number;
  /** the function or instance as it is written, and in full */
  group: string;
  full: string;
  measure: string;
  value: number;
  low: number;
  high: number;
  finding: string;
  label: string;
  /** method and n, for the tooltip */
  by: string;
  runs: string;
  rows: string;
}

export const FINDINGS = { worse: 'worse', better: 'better', open: 'cannot tell' } as const;
const COLOURS = { domain: Object.values(FINDINGS), range: ['#d55e00', '#009e73', '#6e7781'] };
const SHAPES = { domain: Object.values(FINDINGS), range: ['triangle-right', 'triangle-left', 'circle'] };

/** On a phone names and figures are smaller, or they would leave no room for the bars. */
const NARROW = 'width < 240';
const PLOT = 440;
/** Left of the plot, for the names of the measures; on a phone the second. */
const LABELS = [96, 78] as const;
/** What a name of a function or instance may take: less than label and plot have together on a phone. */
export const GROUP_ROOM = 250;
/** What lies beyond is drawn at the edge: a bar that ends there says all that a bar can. */
const FURTHEST_RATIO = 1_000;

/** The lines of one kind, under the names of their functions. Ratios stand around 1 on a log scale, differences around 0. */
export function forestPanel(rows: readonly ForestRow[], type: 'log' | 'linear'): object {
  const keyed = rows.map((row) => ({ ...row, line: `${row.place}|${row.measure}` }));
  const heads = [...new Map(rows.map((row) => [row.place, { ...row, line: `${row.place}|` }])).values()];
  const lines = heads.flatMap((head) => [head, ...keyed.filter(({ place }) => place === head.place)]);
  const none = type === 'log' ? 1 : 0;
  const domain = domainOf(rows, type, none);
  const y = {
    field: 'line',
    type: 'nominal',
    title: null,
    // a scale's domain is data; a sort by names would write them into an expression
    scale: { domain: lines.map(({ line }) => line) },
    axis: {
      labelExpr: "slice(datum.value, indexof(datum.value, '|') + 1)",
      labelFontSize: { expr: `${NARROW} ? 9 : 11` },
      labelOverlap: false,
      minExtent: { expr: `${NARROW} ? ${LABELS[1]} : ${LABELS[0]}` },
      maxExtent: { expr: `${NARROW} ? ${LABELS[1]} : ${LABELS[0]}` },
      ticks: false,
    },
  };
  const title =
    type === 'log'
      ? ['candidate ÷ baseline (log scale); 1: no change']
      : ['candidate − baseline (percentage points); 0: no change'];
  const ticks = type === 'log' ? { values: ticksOf(domain), format: ',~g' } : {};
  const scale = { type, domain, nice: false, clamp: true };
  const x = { type: 'quantitative', scale, axis: { grid: true, title, ...ticks } };
  const color = { field: 'finding', type: 'nominal', scale: COLOURS };
  return {
    width: PLOT,
    height: { step: 19 },
    data: { values: keyed },
    layer: [
      {
        mark: { type: 'rule', strokeWidth: 1.5, color: INK.text },
        data: { values: [{ none }] },
        encoding: { x: { ...x, field: 'none' } },
      },
      {
        mark: { type: 'rule', strokeWidth: 2.5 },
        encoding: { x: { ...x, field: 'low' }, x2: { field: 'high' }, y, color },
      },
      {
        mark: { type: 'point', filled: true, opacity: 1, size: 70 },
        encoding: {
          x: { ...x, field: 'value' },
          y,
          color,
          shape: { field: 'finding', type: 'nominal', scale: SHAPES },
          tooltip: ['full', 'measure', 'label', 'by', 'runs', 'rows'].map((field) => ({
            field,
            type: 'nominal',
            title: { full: 'of', label: 'change' }[field] ?? field,
          })),
        },
      },
      {
        mark: { type: 'text', align: 'left', dx: 8, fontSize: { expr: `${NARROW} ? 9 : 11` } },
        encoding: { x: { value: 'width' }, y, text: { field: 'label', type: 'nominal' } },
      },
      // a long name passes the lines of the plot, so it is set on a ground of its own
      ...[{ stroke: INK.surface, strokeWidth: 4 }, {}].map((ground) => ({
        mark: {
          type: 'text',
          align: 'left',
          dx: { expr: `${NARROW} ? -${LABELS[1]} : -${LABELS[0]}` },
          fontWeight: 'bold',
          ...ground,
        },
        data: { values: heads.map(({ line, group }) => ({ line, group })) },
        encoding: { x: { value: 0 }, y, text: { field: 'group', type: 'nominal' } },
      })),
    ],
  };
}

/** Those that a reader of percentages looks for, while they fit. */
function ticksOf([low, high]: [number, number]): number[] {
  const fine = [0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3, 1.5, 1.7, 2, 2.5];
  return high / low < 4 ? fine.filter((tick) => tick >= low && tick <= high) : logTicks([low, high]);
}

/** Wide enough for every interval, and never so narrow that noise looks like a cliff: ±10 %, or ±1 percentage point. */
function domainOf(rows: readonly ForestRow[], type: 'log' | 'linear', none: number): [number, number] {
  const low = Math.min(...rows.map((row) => row.low), type === 'log' ? 0.9 : none - 1);
  const high = Math.max(...rows.map((row) => row.high), type === 'log' ? 1.1 : none + 1);
  if (type === 'linear') return [low - (high - low) / 30, high + (high - low) / 30];
  return [Math.max(low / 1.03, 1 / FURTHEST_RATIO), Math.min(high * 1.03, FURTHEST_RATIO)];
}
