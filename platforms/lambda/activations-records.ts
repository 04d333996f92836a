import { join } from 'node:path';
import type { ActivationRow } from '../../records/activations.js';
import { viewResponses } from '../../records/responses.js';
import { RUN_FILES } from '../../records/run-directory.js';
import { openTables, type Tables } from '../../records/tables.js';
import type { ActivationSource } from '../platform.js';
import { parseReportLine, type ExecutionReport } from './report-line.js';

/** One execution as its answer told it. */
interface ToldRow {
  seq: number;
  activation_id: string;
  function: string;
  report: string;
  /** of a function that failed, whole: it holds the message */
  fault: string | null;
  failed: boolean;
}

const ROWS_PER_BATCH = 10_000;

/**
 * The activations of a Lambda run from the REPORT lines that came with its answers: init, memory and what is billed are known
 * without CloudWatch. What a line does not tell (start, log stream, runtime) is null.
 */
export function recordedExecutions(runDirectory: string): ActivationSource {
  const place = join(runDirectory, RUN_FILES.responses);
  return {
    name: 'records',
    place,
    settled: true,
    async *activations(_span, { onWarning }) {
      const tables = await openTables();
      try {
        await tellAll(tables, runDirectory);
        const unread = yield* batchesOf(tables);
        const silent = await answeredWithout(tables);
        if (silent > 0) {
          onWarning(
            `${place}: ${silent} accepted or executed invocations came without a REPORT line (an Event has none): whether they ` +
              'were cold starts is not known',
          );
        }
        if (unread > 0) onWarning(`${place}: ${unread} REPORT lines cannot be read and were left out`);
      } finally {
        tables.close();
      }
    },
  };
}

async function tellAll(tables: Tables, runDirectory: string): Promise<void> {
  await tables.view('invocations', join(runDirectory, RUN_FILES.invocations));
  await viewResponses(tables, runDirectory);
  await tables.run(`
    CREATE TEMP TABLE told AS
    SELECT
      seq,
      i.activation_id,
      i.function,
      r.report,
      CASE WHEN i.error = 'function_error' AND NOT r.truncated THEN r.body END AS fault,
      coalesce(i.error = 'function_error', false) AS failed
    FROM invocations AS i JOIN responses AS r USING (seq)
    WHERE r.report IS NOT NULL AND i.activation_id IS NOT NULL`);
}

async function answeredWithout(tables: Tables): Promise<number> {
  const [row] = await tables.query<{ silent: number }>(
    'SELECT count(*) AS silent FROM invocations ANTI JOIN told USING (seq) WHERE activation_id IS NOT NULL',
  );
  return row!.silent;
}

/** @returns how many lines could not be read */
async function* batchesOf(tables: Tables): AsyncGenerator<ActivationRow[], number> {
  let unread = 0;
  for (let after = -1; ;) {
    const told = await tables.query<ToldRow>(
      `SELECT * FROM told WHERE seq > $after ORDER BY seq LIMIT ${ROWS_PER_BATCH}`,
      { after },
    );
    if (told.length === 0) return unread;
    const rows = told.map(rowOf).filter((row) => row !== null);
    unread += told.length - rows.length;
    yield rows;
    after = told.at(-1)!.seq;
  }
}

function rowOf(told: ToldRow): ActivationRow | null {
  const report = parseReportLine(told.report);
  if (report === null || report.requestId !== told.activation_id) return null;
  return executionRow(report, told);
}

/**
 * What a Tail line tells of an execution. Duration includes init, as of every platform (Lambda's own does not), so that
 * execution = duration − init = Lambda's Duration. Cold: it waited for an init or a restore. A first init that failed is made
 * again within the invocation, and the line does not show it: such an execution looks warm.
 */
export function executionRow(
  { durationMs, billedMs, initMs, restoreMs, memorySizeMib, maxMemoryUsedMib, status, errorType }: ExecutionReport,
  { activation_id, function: name, fault, failed }: Pick<ToldRow, 'activation_id' | 'function' | 'fault' | 'failed'>,
): ActivationRow {
  const succeeded = !failed && (status === null || status === 'success');
  return {
    activation_id,
    namespace: null,
    function: name,
    kind: null,
    attempt: 1,
    start_ms: null,
    end_ms: null,
    duration_ms: durationMs === null ? null : durationMs + (initMs ?? 0),
    wait_ms: null,
    init_ms: initMs,
    restore_ms: restoreMs,
    latency_ms: null,
    execution_ms: durationMs,
    cold: initMs !== null || restoreMs !== null,
    success: succeeded,
    status_code: null,
    error: succeeded ? null : (messageIn(fault) ?? errorType ?? status),
    worker: null,
    log_stream: null,
    memory_limit_bytes: mebibytes(memorySizeMib),
    max_memory_bytes: mebibytes(maxMemoryUsedMib),
    billed_ms: billedMs,
    cause: null,
    // What it returned lies in responses.ndjson.
    result: null,
  };
}

function mebibytes(mib: number | null): number | null {
  return mib === null ? null : Math.round(mib * 2 ** 20);
}

/** `{"errorMessage": …, "errorType": …}` */
function messageIn(fault: string | null): string | null {
  if (fault === null) return null;
  try {
    const { errorMessage } = JSON.parse(fault) as { errorMessage?: unknown };
    return typeof errorMessage === 'string' && errorMessage !== '' ? errorMessage : null;
  } catch {
    return null;
  }
}
