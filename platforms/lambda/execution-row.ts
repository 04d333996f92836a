import type { ActivationRow } from '../../records/activations.js';
import { isFailure } from './logs/log-line.js';
import type { Execution } from './logs/executions.js';

/** What the client knows of an execution. */
export interface ClientWord {
  function: string;
  /** it got the function's error (true) or its result (false); null where it did not wait for either */
  failed: boolean | null;
  /** the error's message, where it was kept */
  message?: string | null;
}

/** A row, and the execution that it was made from. */
export interface Told {
  execution: Execution;
  row: ActivationRow;
}

export function toldBy(execution: Execution, client: ClientWord): Told {
  return { execution, row: rowOf(execution, client) };
}

/**
 * What a log tells of an execution. Duration includes init, as of every platform (Lambda's own does not), so that
 * execution = duration − init = Lambda's Duration. Cold: it waited for an init or a restore, or it had to make an init
 * again that had failed before.
 *
 * Success is the log's word where it is a failure, else the client's, else the log's: in text a report says nothing of an
 * error that the handler threw, so its silence is no success.
 */
function rowOf(execution: Execution, client: ClientWord): ActivationRow {
  const { report, logStream, startMs, endMs, failedInit, fault } = execution;
  const { durationMs, billedMs, initMs, restoreMs, memorySizeMib, maxMemoryUsedMib, status, errorType } = report;
  const failed = isFailure(status) || fault !== null || (client.failed ?? (status === null ? null : false));
  return {
    activation_id: report.requestId,
    namespace: null,
    function: client.function,
    kind: null,
    // Of one id there may be several: they are numbered when all have been read.
    attempt: 1,
    start_ms: startMs,
    end_ms: endMs,
    duration_ms: durationMs === null ? null : durationMs + (initMs ?? 0),
    wait_ms: null,
    init_ms: initMs,
    restore_ms: restoreMs,
    latency_ms: null,
    execution_ms: durationMs,
    cold: initMs !== null || restoreMs !== null || failedInit,
    success: failed === null ? null : !failed,
    status_code: null,
    error: failed === true ? (client.message ?? fault ?? errorType ?? status) : null,
    // An environment writes into one log stream as long as it lives.
    worker: logStream,
    log_stream: logStream,
    memory_limit_bytes: bytesOf(memorySizeMib),
    max_memory_bytes: bytesOf(maxMemoryUsedMib),
    billed_ms: billedMs,
    cause: null,
    // What it returned lies in responses.ndjson.
    result: null,
  };
}

const LARGEST_MEBIBYTES = 2 ** 30;

function bytesOf(mebibytes: number | null): number | null {
  // A number that the column cannot hold would cost the whole row.
  return mebibytes === null || mebibytes > LARGEST_MEBIBYTES ? null : Math.round(mebibytes * 2 ** 20);
}
