import { INK } from '../../plotting/theme.js';
import type { ChartSource } from './chart.js';
import { inBins, timeX, wholeSpan, yAxis } from './time-row.js';

/**
 * Invocations that were sent and not yet answered, and the workers that lived, where they are told: the most at one moment
 * of each bin, so that no short pile-up hides.
 */
export function inFlightRow({ analysis, axis }: ChartSource, lowest: boolean): object {
  const { in_flight, live_workers, executions, workers_told } = analysis.series;
  const liveLabel = workers_told < executions ? 'live workers, where told' : 'live workers';
  const x = timeX(axis, { shown: lowest, zoomed: true });
  const title = live_workers === null ? 'in flight' : 'at once';
  const y = { type: 'quantitative', title, axis: { ...yAxis, tickMinStep: 1 } };
  const which = {
    field: 'which',
    type: 'nominal',
    scale: { domain: ['in flight', liveLabel], range: [INK.accent, INK.text] },
    legend: live_workers === null ? null : { symbolType: 'square' },
  };
  const workers = live_workers && {
    transform: [{ calculate: `'${liveLabel}'`, as: 'which' }],
    mark: { type: 'line', interpolate: 'step-after', strokeWidth: 1.5, clip: true },
    encoding: { x, y: { field: 'workers', ...y }, color: which },
  };
  return {
    height: 70,
    layer: [
      wholeSpan(axis),
      {
        data: { values: inBins(axis, (bin) => ({ peak: in_flight[bin], workers: live_workers?.[bin] })) },
        layer: [
          {
            transform: [{ calculate: "'in flight'", as: 'which' }],
            mark: { type: 'area', interpolate: 'step-after', opacity: 0.75, clip: true },
            encoding: {
              x,
              y: { field: 'peak', ...y },
              color: which,
              tooltip: [
                { field: 't', title: `from ${axis.unit}`, format: ',.3~f' },
                { field: 'peak', title: 'most in flight', format: ',' },
                ...(live_workers === null ? [] : [{ field: 'workers', title: 'most live workers', format: ',' }]),
              ],
            },
          },
          ...(workers === null ? [] : [workers]),
        ],
      },
    ],
  };
}
