import { INK, onlyColoursOf, PALETTE, type NamedColours } from '../../../plotting/theme.js';
import type { ChartSource } from '../chart.js';
import { timeX, wholeSpan, yAxis } from '../time-row.js';
import type { HostCurves } from './host-curves.js';
import type { HostRow } from './row-model.js';

const HEIGHT = 50;

/** A row of a host's panel as a part of the timeline. */
export function hostRow(
  { axis, colours }: ChartSource,
  row: HostRow,
  { points, alone, labels, top }: HostCurves,
  lowest: boolean,
): object {
  const stacked = row.stacked === true;
  const most = Math.max(0, ...[...points, ...alone].map(({ y }) => y));
  // some room above, so that no line lies on the edge
  const end = top ?? (most === 0 ? 1 : 1.08 * most);
  const interpolate = row.kind === 'level' ? 'linear' : 'step-before';
  const encoding = {
    x: timeX(axis, { shown: lowest, zoomed: true }),
    y: {
      field: 'y',
      type: 'quantitative',
      title: row.title,
      axis: yAxis,
      scale: { domain: [0, end], nice: false },
    },
    color: {
      field: 'which',
      type: 'nominal',
      scale: coloursFor(row, labels, colours),
      legend: {
        symbolType: stacked ? 'square' : 'stroke',
        columns: { expr: `max(1, floor(width / ${entryWidth(labels)}))` },
      },
    },
    tooltip: [
      { field: 'which', title: row.title.join(' ') },
      { field: 'v', title: 'value', format: ',.3~r' },
      { field: 'when', title: 'when' },
    ],
  };
  const curves = {
    data: { values: points },
    mark: stacked
      ? { type: 'area', interpolate, clip: true, opacity: 0.85 }
      : { type: 'line', interpolate, strokeWidth: 1.5, clip: true },
    encoding: { ...encoding, ...(stacked ? { y2: { field: 'y0' } } : {}), detail: { field: 'part' } },
  };
  const single = { data: { values: alone }, mark: { type: 'point', size: 24, clip: true }, encoding };
  return { height: HEIGHT, layer: [wholeSpan(axis), curves, ...(alone.length > 0 ? [single] : [])] };
}

/** Pixels of the widest entry of a legend: its symbol, its text (which is cut at 180) and the room to the next. */
function entryWidth(labels: readonly string[]): number {
  return Math.round(34 + Math.min(180, 6 * Math.max(...labels.map(({ length }) => length))));
}

/** A function has its colour of every other picture; what the rest is called is its place in the palette. */
function coloursFor({ curves }: HostRow, labels: readonly string[], functions: NamedColours): object {
  if ('each' in curves && curves.each === 'function' && labels.every((label) => functions.domain.includes(label)))
    return onlyColoursOf(functions, labels);
  return { domain: labels, range: labels.map((_, i) => PALETTE[i % PALETTE.length] ?? INK.muted) };
}
