import type { TimeAxis } from '../time-axis.js';

/** All rows keep the same room for their labels, so that one moment stands at one place in each. */
export const yAxis = { minExtent: 44, maxExtent: 44, tickCount: 3, format: ',~r' };

/**
 * The time axis of a row of the timeline.
 * @param options.shown  whether this row carries the labels
 * @param options.zoomed whether it follows the stretch that is marked in the first row
 */
export function timeX(
  { endMs, unitMs, unit }: TimeAxis,
  { shown, zoomed }: { shown: boolean; zoomed: boolean },
): object {
  return {
    field: 't',
    type: 'quantitative',
    title: shown ? `time since plan zero (${unit})` : null,
    scale: { nice: false, padding: 0, ...(zoomed ? zoomedDomain(endMs / unitMs) : { domain: [0, endMs / unitMs] }) },
    axis: { labels: shown, tickCount: 8, grid: true },
  };
}

/** What is marked, and the whole run as long as nothing is, whatever lies before plan zero or behind the end. */
function zoomedDomain(end: number): object {
  return { domain: { param: 'zoom' }, domainMin: 0, domainMax: end };
}

/** A row of values for each bin, at the time at which it begins. */
export function inBins<Row extends object>(
  { bins, binMs, unitMs }: TimeAxis,
  rowOf: (bin: number) => Row,
): (Row & { t: number })[] {
  return Array.from({ length: bins }, (_, bin) => ({ t: (bin * binMs) / unitMs, ...rowOf(bin) }));
}

/** A layer that draws nothing but makes an unzoomed row span the whole run, as its neighbours do. */
export function wholeSpan({ endMs, unitMs }: TimeAxis): object {
  return {
    data: { values: [{ t: 0 }, { t: endMs / unitMs }] },
    mark: { type: 'tick', opacity: 0 },
    encoding: { x: { field: 't', type: 'quantitative' } },
  };
}
