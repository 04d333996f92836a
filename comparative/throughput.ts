import type { Tables } from '../records/tables.js';
import type { Estimate } from '../statistics/estimate.js';
import { SECTIONS, tInterval } from '../statistics/sectioning.js';
import { twoSidedP } from '../statistics/student-t.js';
import { rowsOfRun } from './combined-views.js';
import type { Group } from './comparison.js';
import type { MergedRun } from './merged.js';
import { ONE_RUN_NOTE, type Change } from './single-runs.js';

/** How evenly a group's work was done: its throughput and how it varied over the run. */
export interface ServedRate {
  perS: number;
  /** of the throughput of each tenth of the time, relative to the whole, as a variance of the mean */
  relativeVariance: number;
  /** what was served */
  n: number;
}

/** Fewer in each tenth and their spread tells nothing. */
const LEAST_A_SECTION = 10;

/**
 * The throughput of one run with its spread. The time from the begin of the first to the end of the last is cut into b equal
 * sections; with θ̂ of all and θ̂ᵢ = what ended in section i / its length, the relative variance is
 * Σ(θ̂ᵢ/θ̂ − 1)² / (b − 1) / b: sections of time, as sections of rows elsewhere, need no independence of neighbours.
 *
 * A plan whose rate changes makes the sections differ as well: then the interval is wider than it need be, never too narrow.
 *
 * @param throughput of the whole, as stat.parquet has it; it gives the length of the time
 * @returns null where too little was served to tell
 */
export async function servedRate(
  run: MergedRun,
  group: Group,
  throughput: number,
  tables: Tables,
): Promise<ServedRate | null> {
  const [row] = await tables.query<{ n: number; counts: number[] | null }>(
    `WITH served AS (
       SELECT CASE WHEN count(attempts) OVER () > 0 THEN CASE WHEN start_ms IS NOT NULL THEN platform_end_ms END
              WHEN outcome = 'ok' THEN end_ms END AS to_ms, function, instance
       FROM ${rowsOfRun(run)}
     ), own AS (
       SELECT to_ms FROM served
       WHERE to_ms IS NOT NULL AND function = $function AND ($instance IS NULL OR instance = $instance)
     ), bounds AS (
       SELECT count(*) AS n, max(to_ms) AS last_ms, 1000.0 * count(*) / $throughput / ${SECTIONS} AS section_ms FROM own
     ), sections AS (
       SELECT least(${SECTIONS} - 1, floor((last_ms - to_ms) / section_ms)) AS section, count(*) AS ended
       FROM own, bounds GROUP BY section
     )
     SELECT any_value(n) AS n, list(coalesce(ended, 0)::DOUBLE ORDER BY i) AS counts
     FROM bounds, range(${SECTIONS}) AS all_sections(i) LEFT JOIN sections ON section = i`,
    { function: group.function, instance: group.scope === 'instance' ? group.name : null, throughput },
  );
  const { n, counts } = row ?? { n: 0, counts: null };
  if (counts === null || n < LEAST_A_SECTION * SECTIONS || !(throughput > 0)) return null;
  const expected = n / SECTIONS;
  const squares = counts.reduce((sum, ended) => sum + (ended / expected - 1) ** 2, 0);
  return { perS: throughput, relativeVariance: squares / (SECTIONS - 1) / SECTIONS, n };
}

/** How many times as much was done in a second, one run a side: the relative variances are those of the logarithms, and add. */
export function ratioOfThroughputs(
  baseline: number | null,
  candidate: number | null,
  served: { baseline: ServedRate | null; candidate: ServedRate | null },
): Change {
  const sides = { baseline, candidate };
  const value = baseline !== null && candidate !== null && baseline > 0 && candidate > 0 ? candidate / baseline : null;
  const { baseline: a, candidate: b } = served;
  const n = (a?.n ?? 0) + (b?.n ?? 0);
  const none = (note: string): Change => ({
    ...sides,
    change: { value, low: null, high: null, n, method: 'none', note },
    p: null,
  });
  if (value === null) return none('no throughput is known');
  if (a === null || b === null) return none(`too few were served (${LEAST_A_SECTION * SECTIONS} a run are the least)`);
  const variance = a.relativeVariance + b.relativeVariance;
  if (variance === 0) return none('it does not vary: no spread to judge by');
  const df = (variance ** 2 * (SECTIONS - 1)) / (a.relativeVariance ** 2 + b.relativeVariance ** 2);
  const log = Math.log(value);
  const [low, high] = tInterval({ value: log, variance, df });
  const change: Estimate = {
    value,
    low: Math.exp(low),
    high: Math.exp(high),
    n,
    method: 'sectioning',
    note: ONE_RUN_NOTE,
  };
  return { ...sides, change, p: twoSidedP(log / Math.sqrt(variance), df) };
}
