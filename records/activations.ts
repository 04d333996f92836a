/**
 * The platform's record of executing one invocation. Absent is null, never 0; the meaning of each column and how each
 * platform fills it stands in docs/columns.md.
 */
export interface ActivationRow {
  activation_id: string;
  namespace: string | null;
  function: string;
  kind: string | null;
  attempt: number;
  start_ms: number | null;
  end_ms: number | null;
  duration_ms: number | null;
  wait_ms: number | null;
  init_ms: number | null;
  restore_ms: number | null;
  latency_ms: number | null;
  execution_ms: number | null;
  cold: boolean | null;
  success: boolean | null;
  status_code: number | null;
  error: string | null;
  worker: string | null;
  log_stream: string | null;
  memory_limit_bytes: number | null;
  max_memory_bytes: number | null;
  billed_ms: number | null;
  cause: string | null;
  /** JSON text */
  result: string | null;
}

/** Column names and DuckDB types of `activations.parquet`, in order. */
export const ACTIVATION_COLUMNS: Record<keyof ActivationRow, string> = {
  activation_id: 'VARCHAR',
  namespace: 'VARCHAR',
  function: 'VARCHAR',
  kind: 'VARCHAR',
  attempt: 'INTEGER',
  start_ms: 'DOUBLE',
  end_ms: 'DOUBLE',
  duration_ms: 'DOUBLE',
  wait_ms: 'DOUBLE',
  init_ms: 'DOUBLE',
  restore_ms: 'DOUBLE',
  latency_ms: 'DOUBLE',
  execution_ms: 'DOUBLE',
  cold: 'BOOLEAN',
  success: 'BOOLEAN',
  status_code: 'INTEGER',
  error: 'VARCHAR',
  worker: 'VARCHAR',
  log_stream: 'VARCHAR',
  memory_limit_bytes: 'BIGINT',
  max_memory_bytes: 'BIGINT',
  billed_ms: 'DOUBLE',
  cause: 'VARCHAR',
  result: 'VARCHAR',
};

/** No duration is meant to be longer (30 years), in ms. What is beyond makes variances overflow, and is read as absent. */
export const LARGEST_DURATION_MS = 1e12;
/** No moment is meant to be later (the year 33,658), in ms since 1970. */
export const LARGEST_EPOCH_MS = 1e15;

/** Of a column of times, the largest value either side of 0 that can be meant; undefined for other columns. */
export function largestIn(column: string): number | undefined {
  if (column === 'start_ms' || column === 'end_ms') return LARGEST_EPOCH_MS;
  if (!Object.hasOwn(ACTIVATION_COLUMNS, column)) return undefined;
  if (ACTIVATION_COLUMNS[column as keyof ActivationRow] !== 'DOUBLE') return undefined;
  // A latency is the sum of two.
  return column === 'latency_ms' ? 2 * LARGEST_DURATION_MS : LARGEST_DURATION_MS;
}
