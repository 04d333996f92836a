import { sqlOf } from '../../analyzer/sql.js';
import { ACTIVATION_COLUMNS, type ActivationRow } from '../../records/activations.js';
import { INVOCATION_COLUMNS, type InvocationRow } from '../../records/invocations.js';
import type { Manifest } from '../../records/manifest.js';
import { quoteText, type Tables } from '../../records/tables.js';

/** Plan zero of these rows on the platform's clock: 2026-11-21 08:33:20 UTC. */
export const ZERO_EPOCH_MS = 1_795_250_000_000;

/** What a manifest says that the analyzer needs for these rows. */
export function manifestOf(kind: string, start_epoch_ms: number | null = ZERO_EPOCH_MS) {
  return { start_epoch_ms, endpoint: { kind, url: 'http://127.0.0.1:1' } as Manifest['endpoint'] };
}

/** What a test says of an invocation; the rest is a blocking call of `f` that is sent at once and answered after 10 ms. */
export type GivenRow = Partial<InvocationRow> & {
  /** what the platform recorded, its times since plan zero; nothing without it */
  activation?: Partial<ActivationRow>;
  /** of a line in responses.ndjson */
  body?: string;
  exist_id?: string;
  new_id?: string;
};

const RESPONSE_COLUMNS = { seq: 'BIGINT', body: 'VARCHAR', exist_id: 'VARCHAR', new_id: 'VARCHAR' };

/** The table `joined` of a few rows, made by the analyzer's own statement, and `responses` beside it. */
export async function joinRows(tables: Tables, given: readonly GivenRow[]): Promise<void> {
  const rows = given.map(({ activation, body, exist_id, new_id, ...row }, seq) => ({
    invocation: invocationOf(row, seq),
    activation,
    response: { seq, body, exist_id, new_id },
  }));
  const activations = rows.flatMap(({ activation, invocation }) =>
    activation === undefined ? [] : [activationOf(activation, invocation)],
  );
  const responses = rows.flatMap(({ response }) =>
    response.body === undefined && response.exist_id === undefined ? [] : [response],
  );
  await fill(
    tables,
    'invocations',
    INVOCATION_COLUMNS,
    rows.map(({ invocation }) => invocation),
  );
  await fill(tables, 'activations', ACTIVATION_COLUMNS, activations);
  await fill(tables, 'responses', RESPONSE_COLUMNS, responses);
  for (const step of ['attempts', 'last_attempts', 'joined', 'first_starts', 'joined_whole'])
    await tables.run(sqlOf(step));
}

function invocationOf(row: Partial<InvocationRow>, seq: number): InvocationRow {
  const plannedMs = row.planned_ms ?? seq;
  const sentMs = row.sent_ms === undefined ? plannedMs : row.sent_ms;
  return {
    seq,
    instance: 'i',
    function: 'f',
    planned_ms: plannedMs,
    fired_ms: sentMs,
    sent_ms: sentMs,
    first_byte_ms: null,
    end_ms: sentMs === null ? null : sentMs + 10,
    outcome: 'ok',
    error: null,
    status: 200,
    activation_id: `a${seq}`,
    request_bytes: 2,
    response_bytes: 2,
    ...row,
  };
}

function activationOf(given: Partial<ActivationRow>, { activation_id, function: name }: InvocationRow): ActivationRow {
  const unknown = Object.fromEntries(Object.keys(ACTIVATION_COLUMNS).map((column) => [column, null]));
  const { start_ms = null, end_ms = null } = given;
  return {
    ...(unknown as unknown as ActivationRow),
    activation_id: activation_id!,
    function: name,
    attempt: 1,
    duration_ms: start_ms === null || end_ms === null ? null : end_ms - start_ms,
    ...given,
    start_ms: start_ms === null ? null : ZERO_EPOCH_MS + start_ms,
    end_ms: end_ms === null ? null : ZERO_EPOCH_MS + end_ms,
  };
}

async function fill(tables: Tables, name: string, columns: Record<string, string>, rows: object[]): Promise<void> {
  const types = quoteText(JSON.stringify([columns]));
  await tables.run(`CREATE OR REPLACE TABLE ${name} AS SELECT unnest(from_json($rows, ${types}), recursive := true)`, {
    rows: JSON.stringify(rows),
  });
}
