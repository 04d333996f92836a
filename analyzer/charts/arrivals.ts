import { INK } from '../../plotting/theme.js';
import type { ChartSource } from './chart.js';
import { timeX, yAxis } from './time-row.js';

/** Arrivals a second, planned as an area and fired as a line: where they part, the generator was late. */
export async function arrivalsRow({ tables, axis }: ChartSource): Promise<object> {
  const rows = await tables.query<{ bin: number; planned: number; fired: number }>(
    `SELECT bin, sum(planned) AS planned, sum(fired) AS fired FROM (
       SELECT floor(planned_ms / $bin) AS bin, 1 AS planned, 0 AS fired FROM joined
       UNION ALL
       SELECT greatest(0, floor(fired_ms / $bin)), 0, 1 FROM joined WHERE fired_ms IS NOT NULL
     ) GROUP BY bin`,
    { bin: axis.binMs },
  );
  const counts = new Map(rows.map((row) => [row.bin, row]));
  const perSecond = 1000 / axis.binMs;
  const values = Array.from({ length: axis.bins }, (_, bin) => ({
    t: (bin * axis.binMs) / axis.unitMs,
    planned: (counts.get(bin)?.planned ?? 0) * perSecond,
    fired: (counts.get(bin)?.fired ?? 0) * perSecond,
  }));
  const x = timeX(axis, { shown: false, zoomed: false });
  // some room above, so that the line of a steady rate does not lie on the edge
  const top = 1.08 * Math.max(...values.map(({ planned, fired }) => Math.max(planned, fired)), perSecond);
  const y = { type: 'quantitative', title: 'arrivals per s', axis: yAxis, scale: { domain: [0, top], nice: false } };
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
      {
        transform: [{ calculate: "'fired'", as: 'which' }],
        mark: { type: 'line', interpolate: 'step-after', strokeWidth: 1.5, clip: true },
        encoding: { x, y: { field: 'fired', ...y }, color: which },
      },
    ],
  };
}

const which = {
  field: 'which',
  type: 'nominal',
  scale: { domain: ['planned', 'fired'], range: [INK.planned, INK.accent] },
  legend: { symbolType: 'square' },
};

function tooltip(unit: string): object[] {
  return [
    { field: 't', title: `from ${unit}`, format: ',.3~f' },
    { field: 'planned', title: 'planned per s', format: ',.3~r' },
    { field: 'fired', title: 'fired per s', format: ',.3~r' },
  ];
}
