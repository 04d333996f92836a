import { quoteName, type Tables } from '../../records/tables.js';
import { meanOf, varianceOf } from '../../statistics/quantiles.js';
import { tInterval } from '../../statistics/sectioning.js';
import { perfTableName } from '../combined-views.js';
import type { MergedRun } from '../merged.js';
import { finite } from '../not-finite.js';
import { LEAST_RUNS } from './cumulative.js';
import { groupedBy } from './grouped-by.js';

/** What a counter of a host was, on average, over one run. */
export interface CounterPoint {
  run_id: string;
  category: string;
  host: string | null;
  /** offered to all functions of the run together, 1/s: as configured where that is known, else as planned */
  rate: number;
  value: number;
  samples: number;
}

/** A counter of a monitor over the runs that have it. */
export interface Counter {
  tool: string;
  counter: string;
  points: CounterPoint[];
}

/** What a category's runs at one rate have in common: the mean over them, from three on with its interval. */
export interface CounterLevel {
  rate: number;
  value: number;
  low: number | null;
  high: number | null;
  runs: number;
}

/**
 * What a reader looks for first, in this order; then all others by tool and name. Modifiers of perf's events may stand
 * around a name.
 */
const FIRST = [
  /(?:^|\/)ipc(?:[:/]|$)/,
  /(?:^|\/)llc_mpki(?:[:/]|$)/,
  /_mpki(?:[:/]|$)/,
  /^cpu_busy_pct$/,
  /^cpu_pct$/,
  /^memory_used_bytes$/,
  /^memory_gib$/,
  /^container_count$/,
  /^docker_tasks$/,
  /^llc_kb$/,
  /^mbl_mb_per_s$/,
  /^context_switches_per_s$/,
  /^psi_cpu_some_pct$/,
  /^net_transmit_bytes_per_s$/,
];

/** Tables with a row a group, function, pod or disk operation: what is of the whole host stands in the others. */
const NOT_OF_HOSTS = /_groups$|_workers$|^pods$|^blktrace$/;
/** What the table carries beside counters, what never changes, how long perf counted, and how well it could. */
const NO_COUNTERS = new Set([
  'rate',
  'time_ms',
  'interval_ms',
  'running_pct',
  'cpus',
  'memory_total_bytes',
  'groups_left_out',
]);
/** Of several rows at one moment (one a core) these are averaged; amounts are added up. */
const AVERAGED = /(?:^|\/)ipc(?:[:/]|$)|_mpki|_per_1000_|_pct$/;

/**
 * The means of every counter of every host over each run, from plan zero to the end of the run, for runs whose rate is known.
 * The database takes them; of a tool's rows none are held here.
 */
export async function countersOf(runs: MergedRun[], tools: readonly string[], tables: Tables): Promise<Counter[]> {
  const counters: Counter[] = [];
  for (const tool of tools) {
    if (!NOT_OF_HOSTS.test(tool)) counters.push(...(await countersOfTool(tool, runs, tables)));
  }
  const place = ({ counter }: Counter) => {
    const first = FIRST.findIndex((pattern) => pattern.test(counter));
    return first === -1 ? FIRST.length : first;
  };
  // Sorting is stable: what is of one place stays in the order of the tools and names.
  return counters.sort((a, b) => place(a) - place(b));
}

async function countersOfTool(tool: string, runs: MergedRun[], tables: Tables): Promise<Counter[]> {
  const view = quoteName(perfTableName(tool));
  const names = await numericColumns(view, tables);
  if (names.length === 0) return [];
  const atMoment = names.map(
    (name, i) => `${AVERAGED.test(name) ? 'avg' : 'sum'}(${finite(`${quoteName(name)}::DOUBLE`)}) AS c${i}`,
  );
  const means = names.map((_, i) => `avg(c${i}) AS c${i}, count(c${i}) AS n${i}`);
  const ends = runs.flatMap(({ run_id, manifest }) =>
    manifest.start_epoch_ms === null || manifest.end_epoch_ms === null
      ? []
      : [{ run_id, end_ms: manifest.end_epoch_ms - manifest.start_epoch_ms }],
  );
  const rows = await tables.query<Record<string, unknown> & Omit<CounterPoint, 'value' | 'samples'>>(
    `WITH ends AS (SELECT unnest(json_transform($ends, '[{"run_id": "VARCHAR", "end_ms": "DOUBLE"}]'), recursive := true)),
     asked AS (
       SELECT run_id, CASE WHEN bool_and(configured_rate IS NOT NULL) THEN sum(configured_rate) ELSE sum(rate) END AS rate
       FROM merged_stat WHERE scope = 'instance' GROUP BY run_id
     ), moments AS (
       SELECT p.run_id, test_category AS category, host, asked.rate, time_ms, ${atMoment.join(', ')}
       FROM ${view} p JOIN asked ON asked.run_id = p.run_id LEFT JOIN ends e ON e.run_id = p.run_id
       WHERE time_ms >= 0 AND (end_ms IS NULL OR time_ms <= end_ms) AND asked.rate > 0 GROUP BY ALL
     )
     SELECT run_id, category, host, rate, ${means.join(', ')} FROM moments GROUP BY ALL ORDER BY ALL`,
    { ends: JSON.stringify(ends) },
  );
  return names.flatMap((counter, i) => {
    const points = rows.flatMap(({ run_id, category, host, rate, ...of }): CounterPoint[] => {
      const value = of[`c${i}`];
      return typeof value === 'number'
        ? [{ run_id, category, host, rate: Number(rate.toPrecision(4)), value, samples: of[`n${i}`] as number }]
        : [];
    });
    return points.length === 0 ? [] : [{ tool, counter, points }];
  });
}

async function numericColumns(view: string, tables: Tables): Promise<string[]> {
  const columns = await tables.query<{ column_name: string; column_type: string }>(`DESCRIBE SELECT * FROM ${view}`);
  return columns
    .filter(({ column_type: type }) => /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DOUBLE|FLOAT|DECIMAL)/.test(type))
    .map(({ column_name: name }) => name)
    .filter((name) => !NO_COUNTERS.has(name))
    .sort();
}

/** A category's means at each rate, with the 95 % interval over its runs (Student's t) from three on. */
export function levelsOf(points: readonly CounterPoint[]): CounterLevel[] {
  return [...groupedBy(points, ({ rate }) => rate)]
    .map(([rate, own]): CounterLevel => {
      const values = own.map(({ value }) => value);
      const level = { rate, value: meanOf(values)!, low: null, high: null, runs: own.length };
      if (own.length < LEAST_RUNS) return level;
      const variance = varianceOf(values)! / own.length;
      const [low, high] = tInterval({ value: level.value, variance, df: own.length - 1 });
      // What no run saw below 0 cannot be there: a counter counts up from it.
      return { ...level, low: values.every((each) => each >= 0) ? Math.max(0, low) : low, high };
    })
    .sort((a, b) => a.rate - b.rate);
}
