import { quoteText } from '../../../records/tables.js';
import { monitorView } from '../../monitors/monitoring.js';
import type { ChartSource } from '../chart.js';
import { curvePoints, type CurvePoints } from './curve-points.js';
import type { HostRow } from './row-model.js';
import { type CurveReading, meansOf, readingsOf, shownOf } from './readings.js';

export interface HostCurves extends CurvePoints {
  /** in the order of the row or the largest first */
  labels: string[];
  /** curves beyond those that are shown */
  leftOut: number;
  /** milliseconds that a point is the mean of; null where each is one reading */
  binMs: number | null;
  /** end of the y axis; null where the values decide */
  top: number | null;
}

/** Why a row that was asked for cannot be drawn, to follow its name and a colon. */
export interface NotDrawn {
  why: string;
}

/** Beyond so many moments their means are drawn. */
const MOST_MOMENTS = 400;
const BINS = 300;

/** The curves of a row, from plan zero to the end of the axis; null where nobody asked for what they show. */
export async function hostCurves(
  { tables, axis }: ChartSource,
  host: string,
  row: HostRow,
  columns: readonly string[],
): Promise<HostCurves | NotDrawn | null> {
  const all = readingsOf(row, host, columns, axis);
  if (all === null) return null;
  const ofHost = `(SELECT * FROM ${monitorView(row.table)} WHERE host = ${quoteText(host)})`;
  const shown = shownOf(all, row, axis);
  const [extent] = await tables.query<{ moments: number; known: number; within: number; top: number | null }>(
    `SELECT (SELECT count(DISTINCT time_ms) FROM ${ofHost}) AS moments, (SELECT count(v) FROM (${all})) AS known,
       (SELECT count(DISTINCT to_ms) FROM ${shown}) AS within, (SELECT ${typeof row.top === 'string' ? row.top : `max(${row.top ?? 'NULL'})`} FROM ${ofHost})::DOUBLE AS top`,
  );
  const { moments, known, within, top } = extent!;
  const binMs = within > MOST_MOMENTS && row.kind !== 'events' ? axis.endMs / BINS : null;
  const readings = await tables.query<CurveReading>(
    `SELECT from_ms, to_ms, which, v FROM ${binMs === null ? shown : `(${meansOf(shown, row, binMs)})`} ORDER BY which, to_ms`,
  );
  const weights = weightsOf(readings, axis.endMs);
  if (weights.size === 0) return { why: whyNot(row, moments, known) };
  const ranked = [...weights.keys()].sort((a, b) => weights.get(b)! - weights.get(a)! || (a < b ? -1 : 1));
  const labels =
    'named' in row.curves
      ? row.curves.named.map(({ label }) => label).filter((label) => weights.has(label))
      : ranked.slice(0, row.curves.most);
  const byLabel = new Map(labels.map((label) => [label, readings.filter(({ which }) => which === label)]));
  const leftOut = 'named' in row.curves ? 0 : ranked.length - labels.length;
  return { ...curvePoints(row, byLabel, axis), labels, leftOut, binMs, top };
}

/**
 * How much there is of each curve that has anything on the axis: of a rate its sum over time (a short-lived group that was
 * busy is not the busiest), of a level the sum of its readings.
 */
function weightsOf(readings: readonly CurveReading[], endMs: number): Map<string, number> {
  const weights = new Map<string, number>();
  const sides = new Map<string, Set<number>>();
  for (const { which, from_ms, to_ms, v } of readings) {
    if (v === null) continue;
    weights.set(which, (weights.get(which) ?? 0) + v * (to_ms > from_ms ? to_ms - from_ms : 1));
    const side = to_ms < 0 ? -1 : from_ms > endMs ? 1 : 0;
    sides.set(which, (sides.get(which) ?? new Set()).add(side));
  }
  // A level that is known on one side of the axis only has no line on it.
  for (const [which, found] of sides) if (!found.has(0) && found.size < 2) weights.delete(which);
  return weights;
}

function whyNot({ table, kind }: HostRow, moments: number, known: number): string {
  if (kind === 'rate' && moments === 1 && table !== 'perf') return 'one reading, and a rate needs two';
  if (known === 0) return table === 'perf' ? 'perf could not count it here' : 'this host does not tell it';
  return 'no reading from plan zero to the end';
}
