/** The client's word on how an invocation ended. */
export type Outcome = 'ok' | 'failed' | 'dropped' | 'lost';

/** One planned invocation as the client saw it. Times are milliseconds since plan zero; null where never reached. */
export interface InvocationRow {
  seq: number;
  instance: string;
  function: string;
  planned_ms: number;
  fired_ms: number | null;
  sent_ms: number | null;
  first_byte_ms: number | null;
  end_ms: number | null;
  outcome: Outcome;
  error: string | null;
  status: number | null;
  activation_id: string | null;
  request_bytes: number | null;
  response_bytes: number | null;
}

/** Column names and DuckDB types of `invocations.csv` and `invocations.parquet`, in order. */
export const INVOCATION_COLUMNS: Record<keyof InvocationRow, string> = {
  seq: 'BIGINT',
  instance: 'VARCHAR',
  function: 'VARCHAR',
  planned_ms: 'DOUBLE',
  fired_ms: 'DOUBLE',
  sent_ms: 'DOUBLE',
  first_byte_ms: 'DOUBLE',
  end_ms: 'DOUBLE',
  outcome: 'VARCHAR',
  error: 'VARCHAR',
  status: 'INTEGER',
  activation_id: 'VARCHAR',
  request_bytes: 'BIGINT',
  response_bytes: 'BIGINT',
};

/** The first line of the journal. */
export const INVOCATION_HEADER = `${Object.keys(INVOCATION_COLUMNS).join(',')}\n`;

/** One line of the journal, RFC 4180; times with three decimals (microseconds), null as an empty field. */
export function invocationLine(row: InvocationRow): string {
  return (
    `${row.seq},${csvText(row.instance)},${csvText(row.function)},${row.planned_ms.toFixed(3)},${csvTime(row.fired_ms)},` +
    `${csvTime(row.sent_ms)},${csvTime(row.first_byte_ms)},${csvTime(row.end_ms)},${row.outcome},${csvText(row.error)},` +
    `${row.status ?? ''},${csvText(row.activation_id)},${row.request_bytes ?? ''},${row.response_bytes ?? ''}\n`
  );
}

function csvTime(ms: number | null): string {
  return ms === null ? '' : ms.toFixed(3);
}

/** A text as a field of RFC 4180; null as an empty one. */
export function csvText(text: string | null): string {
  if (text === null) return '';
  return /[",\r\n]/.test(text) || text === '' ? `"${text.replaceAll('"', '""')}"` : text;
}
