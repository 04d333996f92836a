import { PALETTE } from '../../plotting/theme.js';
import type { ChartSource } from './chart.js';
import { timeX, wholeSpan, yAxis } from './time-row.js';

const SHOWN_KINDS = 6;

/** Failed, dropped and lost invocations a bin, stacked by kind; null where nothing failed. */
export async function errorsRow({ tables, axis }: ChartSource): Promise<object | null> {
  const rows = await tables.query<{ bin: number; kind: string; n: number }>(
    `SELECT floor(planned_ms / $bin) AS bin, coalesce(error, CASE WHEN outcome = 'ok' THEN 'function_error' ELSE outcome END) AS kind,
            count(*) AS n
     FROM joined WHERE failed GROUP BY ALL`,
    { bin: axis.binMs },
  );
  if (rows.length === 0) return null;
  const totals = new Map<string, number>();
  for (const { kind, n } of rows) totals.set(kind, (totals.get(kind) ?? 0) + n);
  const kinds = [...totals].toSorted((a, b) => b[1] - a[1]).map(([kind]) => kind);
  const named = kinds.slice(0, SHOWN_KINDS);
  const values = rows.map(({ bin, kind, n }) => ({
    t: (bin * axis.binMs) / axis.unitMs,
    upto: ((bin + 1) * axis.binMs) / axis.unitMs,
    kind: named.includes(kind) ? kind : 'other',
    n,
    order: kinds.indexOf(kind),
  }));
  const domain = kinds.length > SHOWN_KINDS ? [...named, 'other'] : named;
  return {
    height: 60,
    layer: [
      wholeSpan(axis),
      {
        data: { values },
        mark: { type: 'bar', clip: true, minBandSize: 2 },
        encoding: {
          x: timeX(axis, { shown: true, zoomed: true }),
          x2: { field: 'upto' },
          y: {
            aggregate: 'sum',
            field: 'n',
            type: 'quantitative',
            title: 'errors',
            axis: { ...yAxis, tickMinStep: 1 },
          },
          color: {
            field: 'kind',
            type: 'nominal',
            scale: { domain, range: domain.map((_, i) => KIND_COLOURS[i]) },
            legend: { columns: { expr: 'max(1, floor(width / 130))' }, symbolType: 'square' },
          },
          order: { field: 'order', type: 'quantitative' },
          tooltip: [
            { field: 'kind', title: 'error' },
            { aggregate: 'sum', field: 'n', title: 'rows', format: ',' },
            { field: 't', title: `from ${axis.unit}`, format: ',.3~f' },
          ],
        },
      },
    ],
  };
}

/** Vermilion first: the colour that says "wrong" to most readers. */
const KIND_COLOURS = [1, 5, 3, 6, 4, 2, 0].map((i) => PALETTE[i]!);
