import { ACTIVATION_COLUMNS } from '../records/activations.js';
import { INVOCATION_COLUMNS } from '../records/invocations.js';

/** Column names and DuckDB types, in order. */
export type Columns = Record<string, string>;

/**
 * Columns of an archive's `test.parquet`: the joined table, and what the archive adds. An archive without one of them
 * (of another version) still merges: the column is null in its rows. Other columns of an archive are kept as they are.
 */
export const TEST_COLUMNS: Columns = {
  ...INVOCATION_COLUMNS,
  ...platformColumns(),
  attempts: 'BIGINT',
  accepted: 'BOOLEAN',
  lateness_ms: 'DOUBLE',
  send_lag_ms: 'DOUBLE',
  send_wait_ms: 'DOUBLE',
  network_front_ms: 'DOUBLE',
  network_front_wait_ms: 'DOUBLE',
  response_ms: 'DOUBLE',
  service_ms: 'DOUBLE',
  acceptance_ms: 'DOUBLE',
  failed: 'BOOLEAN',
  start_rel_ms: 'DOUBLE',
  end_rel_ms: 'DOUBLE',
};

/** Columns that a table of monitors has beside its counters, which differ from tool to tool. */
export const PERF_COLUMNS: Columns = { host: 'VARCHAR', time_ms: 'DOUBLE' };

/** Where both sides of the join have a column of one name, the platform's is prefixed. */
function platformColumns(): Columns {
  return Object.fromEntries(
    Object.entries(ACTIVATION_COLUMNS)
      .filter(([name]) => name !== 'activation_id')
      .map(([name, type]) => [Object.hasOwn(INVOCATION_COLUMNS, name) ? `platform_${name}` : name, type]),
  );
}
