import { quoteName, quoteText } from '../../../records/tables.js';
import { monitorView } from '../../monitors/monitoring.js';
import type { TimeAxis } from '../../time-axis.js';
import type { HostRow } from './row-model.js';

/** What a curve is at one moment (then both times are it), or over a time. */
export interface CurveReading {
  from_ms: number;
  to_ms: number;
  which: string;
  v: number | null;
}

/** Rates over less than this are not drawn, where the rhythm is not as short itself. */
export const SHORTEST_DRAWN_MS = 50;

/**
 * A select of `from_ms, to_ms, which, v`: all that the curves of a row are made of, on the whole of the run's axis and before
 * and after it; null where the table has none of their columns.
 *
 * A rate is over the time that the table itself tells (`interval_ms`), or over that since the reading before, and has no
 * times where neither is known; events are taken together in the bins of the axis.
 */
export function readingsOf(
  { table, curves, kind }: HostRow,
  host: string,
  columns: readonly string[],
  { binMs }: TimeAxis,
): string | null {
  const ofHost = `(SELECT * FROM ${monitorView(table)} WHERE host = ${quoteText(host)})`;
  const rows = {
    level: `(SELECT *, time_ms AS from_ms, time_ms AS to_ms FROM ${ofHost})`,
    rate: `(SELECT *, (to_ms - from_ms) / 1000 AS seconds FROM (SELECT *, ${beginOf(columns)} AS from_ms, time_ms AS to_ms FROM ${ofHost}))`,
    events: `(SELECT *, floor(time_ms / ${binMs}) * ${binMs} AS from_ms, floor(time_ms / ${binMs} + 1) * ${binMs} AS to_ms FROM ${ofHost})`,
  }[kind];
  if ('each' in curves) {
    const { each, needs, value } = curves;
    if (!columns.includes(needs) || !columns.includes(each)) return null;
    const which = quoteName(each);
    return `SELECT min(from_ms) AS from_ms, to_ms, ${which} AS which, (${value})::DOUBLE AS v FROM ${rows} WHERE ${which} IS NOT NULL GROUP BY to_ms, which`;
  }
  const given = curves.named.filter(({ needs }) => needs.every((column) => columns.includes(column)));
  if (given.length === 0) return null;
  const values = given.map(({ label, value }) => `(${value})::DOUBLE AS ${quoteName(label)}`);
  const labels = given.map(({ label }) => quoteName(label)).join(', ');
  return `SELECT from_ms, to_ms, which, v FROM (SELECT min(from_ms) AS from_ms, to_ms, ${values.join(', ')} FROM ${rows} GROUP BY to_ms)
          UNPIVOT INCLUDE NULLS (v FOR which IN (${labels}))`;
}

/** A ten-thousandth of a millisecond apart are readings of one moment, such as those of several cores. */
function beginOf(columns: readonly string[]): string {
  return columns.includes('interval_ms')
    ? 'time_ms - interval_ms'
    : 'max(time_ms) OVER (ORDER BY time_ms RANGE BETWEEN UNBOUNDED PRECEDING AND 0.0001 PRECEDING)';
}

/**
 * Of the readings those that the axis shows something of. A line of levels goes on to the last reading before the axis and
 * to the first behind it. A rate that is known over a part of the axis is shown there.
 */
export function shownOf(readings: string, { kind }: HostRow, { endMs }: TimeAxis): string {
  if (kind === 'level')
    return `(WITH readings AS (${readings}) SELECT * FROM readings
      WHERE to_ms >= (SELECT coalesce(max(to_ms) FILTER (to_ms < 0), 0) FROM readings)
        AND to_ms <= (SELECT coalesce(min(to_ms) FILTER (to_ms > ${endMs}), ${endMs}) FROM readings))`;
  const within = `to_ms > 0 AND from_ms < ${endMs} AND from_ms < to_ms`;
  return kind === 'events'
    ? `(SELECT * FROM (${readings}) WHERE ${within})`
    : `(WITH readings AS (${readings}) SELECT * FROM readings WHERE ${within} AND to_ms - from_ms >=
        (SELECT least(${SHORTEST_DRAWN_MS}, coalesce(median(to_ms - from_ms), 0) / 2) FROM readings))`;
}

/**
 * Means of equal stretches of the axis: of levels that of the readings in them, in their middle; of rates that over the time
 * that is known of them, so that a short interval counts for little.
 */
export function meansOf(shown: string, { kind }: HostRow, binMs: number): string {
  return kind === 'level'
    ? `SELECT (bin + 0.5) * ${binMs} AS from_ms, (bin + 0.5) * ${binMs} AS to_ms, which, avg(v) AS v
       FROM (SELECT *, floor(to_ms / ${binMs}) AS bin FROM ${shown}) GROUP BY bin, which`
    : `SELECT bin * ${binMs} AS from_ms, (bin + 1) * ${binMs} AS to_ms, which,
         sum(v * (least(to_ms, (bin + 1) * ${binMs}) - greatest(from_ms, bin * ${binMs})))
           / sum(least(to_ms, (bin + 1) * ${binMs}) - greatest(from_ms, bin * ${binMs})) AS v
       FROM (SELECT *, unnest(range(floor(greatest(from_ms, 0) / ${binMs})::BIGINT, ceil(to_ms / ${binMs})::BIGINT)) AS bin
             FROM ${shown} WHERE v IS NOT NULL)
       GROUP BY bin, which`;
}
