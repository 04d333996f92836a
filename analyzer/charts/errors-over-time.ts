import { INK, PALETTE } from '../../plotting/theme.js';
import type { ChartSource } from './chart.js';
import { timeX, wholeSpan, yAxis } from './time-row.js';

const SHOWN_KINDS = 6;
const THROTTLED = 'throttled';

interface ErrorBar {
  t: number;
  upto: number;
  kind: string;
  n: number;
  order: number;
}

/** Failed, dropped and lost invocations a bin, stacked by kind; null where nothing failed. */
export function errorsRow({ analysis, axis }: ChartSource): object | null {
  const kinds = kindsOf(analysis.series.errors);
  if (kinds.length === 0) return null;
  const named = kinds.slice(0, SHOWN_KINDS);
  const values = kinds.flatMap((kind, order) =>
    analysis.series.errors[kind]!.flatMap((n, bin): ErrorBar[] => {
      const [t, upto] = [bin, bin + 1].map((edge) => (edge * axis.binMs) / axis.unitMs);
      return n === 0 ? [] : [{ t: t!, upto: upto!, kind: named.includes(kind) ? kind : 'other', n, order }];
    }),
  );
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
            scale: { domain, range: coloursOf(domain) },
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

/** Throttles first, so that they are named however few they are and stand on the baseline; then the most frequent. */
function kindsOf(errors: Record<string, number[]>): string[] {
  const totals = Object.entries(errors).map(([kind, counts]) => ({ kind, n: counts.reduce((sum, n) => sum + n, 0) }));
  const first = (kind: string) => (kind === THROTTLED ? 1 : 0);
  return totals.sort((a, b) => first(b.kind) - first(a.kind) || b.n - a.n).map(({ kind }) => kind);
}

/** Throttles have their own colour in every run. Of the others vermilion comes first: it says "wrong" to most readers. */
function coloursOf(kinds: readonly string[]): string[] {
  const free = [1, 3, 6, 4, 2, 0].map((i) => PALETTE[i]!);
  return kinds.map((kind) => (kind === THROTTLED ? PALETTE[5] : (free.shift() ?? INK.muted)));
}
