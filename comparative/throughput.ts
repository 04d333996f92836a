import type { Tables } from '../records/tables.js';
import { SECTIONS } from '../statistics/sectioning.js';
import { noInterval, ratioOfLogs, type Change, type ComparedSide } from './change.js';
import { rowsOfRun } from './combined-views.js';
import type { Group } from './comparison.js';
import type { MergedRun } from './merged.js';
import { ONE_RUN_NOTE } from './single-runs.js';

/** How evenly a group's work was done: its throughput and how it varied over the run. */
export interface ServedRate {
  perS: number;
  /** of the throughput of each tenth of the time, relative to the whole, as a variance of the mean */
  relativeVariance: number;
  /** what was served */
  n: number;
}

/** Ten in each tenth: with fewer their spread tells nothing. */
export const LEAST_SERVED = 10 * SECTIONS;

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
       FROM ${rowsOfRun(run, ['attempts', 'start_ms', 'platform_end_ms', 'outcome', 'end_ms', 'function', 'instance'])}
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
  if (counts === null || n < LEAST_SERVED || !(throughput > 0)) return null;
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
  const { baseline: a, candidate: b } = served;
  const n = (a?.n ?? 0) + (b?.n ?? 0);
  const none = (note: string) => noInterval({ baseline, candidate }, 'ratio', n, note);
  if (baseline === null || candidate === null) return none('no throughput is known');
  if (!(baseline > 0 && candidate > 0)) return none('a ratio needs positive values');
  if (a === null || b === null) return none(`too few were served (${LEAST_SERVED} a run are the least)`);
  return (
    ratioOfLogs(logSide(a), logSide(b), { n, method: 'sectioning', note: ONE_RUN_NOTE, unit: 'row' }) ??
    none('it does not vary: no spread to judge by')
  );
}

function logSide({ perS, relativeVariance: variance, n }: ServedRate): ComparedSide {
  const df = SECTIONS - 1;
  return { spread: { value: Math.log(perS), variance, df }, foresight: { n, variance, df } };
}
