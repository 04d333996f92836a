import { quoteName, type Tables } from '../records/tables.js';
import { perfTableName } from './combined-views.js';

/** What the predecessor calls a column of its frames, and ours. */
type Names = readonly [habitual: string, ours: string][];

const PQOS: Names = [
  ['Core', 'core'],
  ['IPC', 'ipc'],
  ['LLC Misses', 'llc_misses'],
  ['LLC Util (KB)', 'llc_kb'],
  ['MBL (MB/s)', 'mbl_mb_per_s'],
];
const CGTOP: Names = [
  ['container_count', 'container_count'],
  ['docker_tasks', 'docker_tasks'],
  ['memory', 'memory_gib'],
];
/** What is not a counter of perf's own. */
const NOT_PERF = new Set('test run_id test_category distribution rate host time_ms interval_ms running_pct'.split(' '));

/**
 * A select of a tool's counters under the names of the predecessor's frames: `timestamp` (seconds since plan zero), then the
 * columns of its pqos or cgtop frame, or perf's events as perf names them; and `host`, `test`, `distribution`, `rate`. What
 * no archive has is null.
 *
 * @returns null for a tool that the predecessor did not know
 */
export async function habitualPerf(tool: string, tables: Tables): Promise<string | null> {
  const view = quoteName(perfTableName(tool));
  const columns = await columnsOf(view, tables);
  const named = tool === 'pqos' ? PQOS : tool === 'cgtop' ? CGTOP : tool === 'perf' ? events(columns) : null;
  if (named === null) return null;
  const column = (ours: string): string => (columns.includes(ours) ? quoteName(ours) : 'NULL');
  const values = named.map(([habitual, ours]) => `${column(ours)} AS ${quoteName(habitual)}`);
  // Of perf there may be derived figures only, and then no values.
  const all = [`${column('time_ms')} / 1000 AS "timestamp"`, ...values, `${column('host')} AS host`];
  return `SELECT ${all.join(', ')}, test, distribution, rate
    FROM ${view} ORDER BY run_id, host, "timestamp"`;
}

/** Derived figures are ours; those that were asked for by the events' names are not. */
function events(columns: readonly string[]): Names {
  const derived = /(?:^|\/)(?:ipc|\w+_mpki|\w+_per_1000_\w+)(?:[:/]|$)/;
  return columns.filter((name) => !NOT_PERF.has(name) && !derived.test(name)).map((name) => [name, name]);
}

async function columnsOf(view: string, tables: Tables): Promise<string[]> {
  const rows = await tables.query<{ column_name: string }>(`DESCRIBE SELECT * FROM ${view}`);
  return rows.map(({ column_name: name }) => name);
}
