import type { Tables } from '../../records/tables.js';
import { LEAST_ROWS } from '../../statistics/intervals.js';
import { SECTIONS } from '../../statistics/sectioning.js';
import type { PriceTable } from '../../workload/prices/load.js';
import { sqlOf } from '../sql.js';
import type { Usage } from './bill.js';
import type { Coverage } from './phrases.js';

/** Of one function, or of all. */
export interface Sums extends Coverage {
  gb_s: number | null;
  init_gb_s: number | null;
  requests: number | null;
  /** invocations of which every execution is priced, and what one of them uses on average */
  n: number;
  mean_gb_s: number | null;
  mean_requests: number | null;
}

/** Into so many stretches a plan is cut at most, each summed up in the database: short enough for ten equal sections. */
const STRETCHES = 5000;

/**
 * The sums of each function, in the order in which the plan first has them. Makes the table `cost_stretches`, by which a
 * million rows need no sorting; where the stretches are too long for a function, as of a burst, it has its invocations one
 * by one.
 */
export async function functionSums(
  tables: Tables,
  prices: PriceTable,
  initBilled: boolean,
): Promise<(Sums & { name: string })[]> {
  await tables.run(sqlOf('cost_macros'));
  await tables.run(sqlOf('other_executions'));
  await tables.run(sqlOf('cost_stretches_table'));
  const fill = (width: number, functions: readonly string[] | null): Promise<void> =>
    tables.run(sqlOf('cost_stretches'), {
      width,
      functions: functions === null ? null : JSON.stringify(functions),
      init_billed: initBilled,
      granularity_ms: prices.granularityMs,
      event_first_bytes: prices.asynchronousEvent?.firstBytes ?? null,
      event_step_bytes: prices.asynchronousEvent?.stepBytes ?? null,
    });
  const [plan] = await tables.query<{ rows: number }>('SELECT coalesce(max(seq), 0) + 1 AS rows FROM joined');
  await fill(Math.ceil(plan!.rows / STRETCHES), null);
  const sums = await sumsOf(tables);
  const coarse = sums.filter(({ too_coarse }) => too_coarse).map(({ name }) => name);
  if (coarse.length === 0) return sums;
  await tables.run(sqlOf('without_stretches'), { functions: JSON.stringify(coarse) });
  await fill(1, coarse);
  return sumsOf(tables);
}

function sumsOf(tables: Tables): Promise<(Sums & { name: string; too_coarse: boolean })[]> {
  return tables.query(sqlOf('function_costs'), { least: LEAST_ROWS });
}

interface SectionsRow {
  name: string;
  gb_s: number[];
  requests: number[];
}

/** Needs `cost_stretches`: mean usage of ten equal sections in the order of the plan, of groups with rows enough for an interval. */
export async function sectionsOf(tables: Tables, scope: 'function' | 'overall'): Promise<(name: string) => Usage[]> {
  const bound = { scope, least: LEAST_ROWS, sections: SECTIONS };
  const rows = await tables.query<SectionsRow>(sqlOf('cost_sections'), bound);
  const byName = new Map(
    rows.map(({ name, gb_s, requests }) => [name, gb_s.map((gbS, i) => ({ gbS, requests: requests[i]! }))]),
  );
  return (name) => byName.get(name) ?? [];
}

export const NOTHING: Sums = {
  priced: 0,
  without_record: 0,
  without_memory: 0,
  without_time: 0,
  init_known: 0,
  gb_s: null,
  init_gb_s: null,
  requests: null,
  n: 0,
  mean_gb_s: null,
  mean_requests: null,
};

/** Sums over two groups; the means weighted by their invocations. */
export function added(a: Sums, b: Sums): Sums {
  const known = (x: number | null, y: number | null): number | null => (x === null ? y : y === null ? x : x + y);
  const n = a.n + b.n;
  const mean = (x: number | null, y: number | null): number | null =>
    n === 0 ? null : (a.n * (x ?? 0) + b.n * (y ?? 0)) / n;
  return {
    priced: a.priced + b.priced,
    without_record: a.without_record + b.without_record,
    without_memory: a.without_memory + b.without_memory,
    without_time: a.without_time + b.without_time,
    init_known: a.init_known + b.init_known,
    gb_s: known(a.gb_s, b.gb_s),
    init_gb_s: known(a.init_gb_s, b.init_gb_s),
    requests: known(a.requests, b.requests),
    n,
    mean_gb_s: mean(a.mean_gb_s, b.mean_gb_s),
    mean_requests: mean(a.mean_requests, b.mean_requests),
  };
}
