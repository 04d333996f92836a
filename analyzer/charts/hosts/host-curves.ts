import { quoteName, quoteText } from '../../../records/tables.js';
import { monitorView } from '../../monitors/monitoring.js';
import type { ChartSource } from '../chart.js';
import type { HostRow } from './host-rows.js';

/** A point of a curve. */
export interface CurvePoint {
  /** in the unit of the time axis */
  t: number;
  which: string;
  v: number | null;
}

export interface HostCurvePoints {
  points: CurvePoint[];
  /** labels, in the order of the row or the largest first */
  labels: string[];
  /** curves beyond those that are shown */
  leftOut: number;
  /** milliseconds that a point is the mean of; null where each is one reading */
  binMs: number | null;
  /** end of the y axis; null where the values decide */
  top: number | null;
}

/** Beyond so many moments their means are drawn. */
const MOST_MOMENTS = 400;
const BINS = 300;

/** The curves of a row, from plan zero to the end of the axis; null where nothing was measured. */
export async function hostCurves(
  { tables, axis }: ChartSource,
  host: string,
  row: HostRow,
  columns: readonly string[],
): Promise<HostCurvePoints | null> {
  const view = monitorView(row.table);
  const ofHost = `(SELECT * FROM ${view} WHERE host = ${quoteText(host)})`;
  const within = `time_ms >= 0 AND time_ms <= ${axis.endMs}`;
  const long = longSelect(row, columns, ofHost);
  if (long === null) return null;
  const [extent] = await tables.query<{ moments: number; top: number | null }>(
    `SELECT count(DISTINCT time_ms) AS moments, ${topOf(row)}::DOUBLE AS top FROM ${ofHost} WHERE ${within}`,
  );
  const binMs = extent!.moments > MOST_MOMENTS ? axis.endMs / BINS : null;
  // A point at the end of what it stands for, as the readings of rates are.
  const at = binMs === null ? 'time_ms' : `(floor(time_ms / ${binMs}) + 1) * ${binMs}`;
  const found = await tables.query<CurvePoint>(
    `SELECT round(${at} / ${axis.unitMs}, 5) AS t, which, avg(v) AS v FROM (${long}) WHERE ${within} GROUP BY t, which ORDER BY which, t`,
  );
  const means = meansOf(found);
  const ranked = [...means.keys()].sort((a, b) => means.get(b)! - means.get(a)! || (a < b ? -1 : 1));
  const labels =
    'named' in row.curves
      ? row.curves.named.map(({ label }) => label).filter((label) => means.has(label))
      : ranked.slice(0, row.curves.most);
  if (labels.length === 0) return null;
  return {
    points: found.filter(({ which }) => labels.includes(which)),
    labels,
    leftOut: 'named' in row.curves ? 0 : ranked.length - labels.length,
    binMs,
    top: extent!.top,
  };
}

function topOf({ top }: HostRow): string {
  return top === undefined ? 'NULL' : String(top);
}

/** `time_ms, which, v` of all curves that the table can give; null where it can give none. */
function longSelect({ curves, kind }: HostRow, columns: readonly string[], ofHost: string): string | null {
  if ('each' in curves) {
    const { each, needs, value } = curves;
    if (!columns.includes(needs) || !columns.includes(each)) return null;
    const which = quoteName(each);
    return `SELECT time_ms, ${which} AS which, ${value} AS v FROM ${ofHost} WHERE ${which} IS NOT NULL GROUP BY time_ms, which`;
  }
  const given = curves.named.filter(({ needs }) => needs.every((column) => columns.includes(column)));
  if (given.length === 0) return null;
  const values = given.map(({ label, value }) => `${value} AS ${quoteName(label)}`);
  const labels = given.map(({ label }) => quoteName(label)).join(', ');
  // A reading's interval began at the one before it, also where that lies before plan zero.
  const seconds = `(time_ms - max(time_ms) OVER (ORDER BY time_ms RANGE BETWEEN UNBOUNDED PRECEDING AND 0.0001 PRECEDING)) / 1000`;
  const rows = kind === 'rate' ? `(SELECT *, ${seconds} AS seconds FROM ${ofHost})` : ofHost;
  return `SELECT time_ms, which, v FROM (SELECT time_ms, ${values.join(', ')} FROM ${rows} GROUP BY time_ms)
          UNPIVOT INCLUDE NULLS (v FOR which IN (${labels}))`;
}

/** Of curves that have any value. */
function meansOf(points: readonly CurvePoint[]): Map<string, number> {
  const sums = new Map<string, { sum: number; n: number }>();
  for (const { which, v } of points) {
    if (v === null) continue;
    const known = sums.get(which) ?? { sum: 0, n: 0 };
    sums.set(which, { sum: known.sum + v, n: known.n + 1 });
  }
  return new Map([...sums].map(([which, { sum, n }]) => [which, sum / n]));
}
