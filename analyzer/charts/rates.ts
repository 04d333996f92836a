import { INK, PALETTE } from '../../plotting/theme.js';
import type { ChartSource } from './chart.js';
import { inBins, timeX, yAxis } from './time-row.js';

/**
 * Rates: planned as an area, fired and completed as lines. Where fired leaves planned, the generator was late; where
 * completed stays below fired, work piled up or failed.
 */
export function ratesRow({ analysis, axis }: ChartSource): object {
  const { planned_per_s, fired_per_s, completed_per_s } = analysis.series;
  const values = inBins(axis, (bin) => ({
    planned: planned_per_s[bin]!,
    fired: fired_per_s[bin]!,
    completed: completed_per_s[bin]!,
  }));
  const x = timeX(axis, { shown: false, zoomed: false });
  // some room above, so that the line of a steady rate does not lie on the edge
  const rates = values.flatMap(({ planned, fired, completed }) => [planned, fired, completed]);
  const top = 1.08 * Math.max(...rates, 1000 / axis.binMs);
  const y = { type: 'quantitative', title: 'per s', axis: yAxis, scale: { domain: [0, top], nice: false } };
  const line = (name: 'fired' | 'completed', strokeWidth: number) => ({
    transform: [{ calculate: `'${name}'`, as: 'which' }],
    mark: { type: 'line', interpolate: 'step-after', strokeWidth, clip: true },
    encoding: { x, y: { field: name, ...y }, color: which },
  });
  return {
    height: 80,
    data: { values },
    layer: [
      {
        transform: [{ calculate: "'planned'", as: 'which' }],
        mark: { type: 'area', interpolate: 'step-after', clip: true },
        encoding: { x, y: { field: 'planned', ...y }, color: which, tooltip: tooltip(axis.unit) },
        params: [{ name: 'zoom', select: { type: 'interval', encodings: ['x'] } }],
      },
      // one below the other, so that both are seen where they agree
      line('completed', 2.5),
      line('fired', 1),
    ],
  };
}

const which = {
  field: 'which',
  type: 'nominal',
  scale: { domain: ['planned', 'fired', 'completed'], range: [INK.planned, INK.accent, PALETTE[2]] },
  legend: { symbolType: 'square' },
};

function tooltip(unit: string): object[] {
  return [
    { field: 't', title: `from ${unit}`, format: ',.3~f' },
    { field: 'planned', title: 'planned per s', format: ',.3~r' },
    { field: 'fired', title: 'fired per s', format: ',.3~r' },
    { field: 'completed', title: 'completed per s', format: ',.3~r' },
  ];
}
