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
