import { INK } from '../../plotting/theme.js';
import type { ChartSource } from './chart.js';
import { inBins, timeX, wholeSpan, yAxis } from './time-row.js';

/**
 * Invocations that were sent and not yet answered, and the workers that lived, where they are told: the most at one moment
 * of each bin, so that no short pile-up hides.
 */
export function inFlightRow({ analysis, axis }: ChartSource, lowest: boolean): object {
  const { in_flight, live_workers, executions, workers_told } = analysis.series;
  const live = workers_told < executions ? 'live workers, where told' : 'live workers';
  const x = timeX(axis, { shown: lowest, zoomed: true });
  // some room above, so that no line lies on the edge
  const top = 1.08 * Math.max(1, ...in_flight, ...(live_workers ?? []));
  const y = {
    type: 'quantitative',
    title: live_workers === null ? 'in flight' : 'at once',
    axis: { ...yAxis, tickMinStep: 1 },
    scale: { domain: [0, top], nice: false },
  };
  const which = {
    field: 'which',
    type: 'nominal',
    scale: { domain: ['in flight', live], range: [INK.accent, INK.text] },
    legend: { symbolType: 'square' },
  };
  const inFlight = {
    mark: { type: 'area', interpolate: 'step-after', color: INK.accent, opacity: 0.75, clip: true },
    encoding: {
      x,
      y: { field: 'peak', ...y },
      tooltip: [
        { field: 't', title: `from ${axis.unit}`, format: ',.3~f' },
        { field: 'peak', title: 'most in flight', format: ',' },
        ...(live_workers === null ? [] : [{ field: 'workers', title: `most ${live}`, format: ',' }]),
      ],
    },
  };
  if (live_workers === null) {
    const values = inBins(axis, (bin) => ({ peak: in_flight[bin] }));
    return { height: 70, layer: [wholeSpan(axis), { data: { values }, ...inFlight }] };
  }
  const called = (name: string) => ({ transform: [{ calculate: `'${name}'`, as: 'which' }] });
  const both = [
    { ...inFlight, ...called('in flight'), encoding: { ...inFlight.encoding, color: which } },
    {
      ...called(live),
      mark: { type: 'line', interpolate: 'step-after', strokeWidth: 1.5, clip: true },
      encoding: { x, y: { field: 'workers', ...y }, color: which },
    },
  ];
  const values = inBins(axis, (bin) => ({ peak: in_flight[bin], workers: live_workers[bin] }));
  return { height: 70, layer: [wholeSpan(axis), { data: { values }, layer: both }] };
}
