import { INK } from '../../plotting/theme.js';
import type { ChartSource } from './chart.js';
import { timeX, wholeSpan, yAxis } from './time-row.js';

/** Invocations that were sent and not yet answered: the peak within each bin, so that no short pile-up hides. */
export async function inFlightRow({ tables, axis }: ChartSource, lowest: boolean): Promise<object> {
  const rows = await tables.query<{ bin: number; peak: number; after: number }>(
    `SELECT greatest(0, floor(t / $bin)) AS bin, max(level) AS peak, arg_max(level, place) AS after
     FROM (
       SELECT t, sum(step) OVER (ORDER BY t, step ROWS UNBOUNDED PRECEDING) AS level,
              row_number() OVER (ORDER BY t, step) AS place
       FROM (
         SELECT sent_ms AS t, 1 AS step FROM joined WHERE sent_ms IS NOT NULL AND end_ms IS NOT NULL
         UNION ALL
         SELECT end_ms, -1 FROM joined WHERE sent_ms IS NOT NULL AND end_ms IS NOT NULL
       )
     ) GROUP BY 1`,
    { bin: axis.binMs },
  );
  return {
    height: 70,
    layer: [
      wholeSpan(axis),
      {
        data: { values: levels(rows, axis.bins).map((peak, bin) => ({ t: (bin * axis.binMs) / axis.unitMs, peak })) },
        mark: { type: 'area', interpolate: 'step-after', color: INK.accent, opacity: 0.75, clip: true },
        encoding: {
          x: timeX(axis, { shown: lowest, zoomed: true }),
          y: { field: 'peak', type: 'quantitative', title: 'in flight', axis: { ...yAxis, tickMinStep: 1 } },
          tooltip: [
            { field: 't', title: `from ${axis.unit}`, format: ',.3~f' },
            { field: 'peak', title: 'most in flight', format: ',' },
          ],
        },
      },
    ],
  };
}

/** The peak of each bin, where a bin without any change keeps the level of the one before it. */
export function levels(rows: readonly { bin: number; peak: number; after: number }[], bins: number): number[] {
  const changed = new Map(rows.map((row) => [row.bin, row]));
  let level = 0;
  return Array.from({ length: bins }, (_, bin) => {
    const peak = Math.max(level, changed.get(bin)?.peak ?? 0);
    level = changed.get(bin)?.after ?? level;
    return peak;
  });
}
