import { parseReportLine, type ExecutionReport } from '../report-line.js';

/** What a line that Lambda itself wrote into a log says. Times are epoch ms; null where the line tells none. */
export type LogLine =
  | { kind: 'report'; report: ExecutionReport; trace: Trace | null; atMs: number | null }
  | { kind: 'start'; requestId: string; atMs: number | null }
  /** the handler is done; `status` in JSON only */
  | { kind: 'end'; requestId: string; status: string | null; errorType: string | null }
  /** an init of its own line: of one that failed, and of some that nobody waited for (provisioned concurrency) */
  | { kind: 'init-report'; phase: string | null; failed: boolean }
  /** why an execution was ended by Lambda */
  | { kind: 'fault'; requestId: string; message: string }
  /** the second line of a report, where a copy has torn it off */
  | { kind: 'trace'; trace: Trace }
  /** INIT_START, RESTORE_START, RESTORE_REPORT, …: the report repeats what matters of it */
  | { kind: 'other' };

/** X-Ray's name for the request. */
export interface Trace {
  id: string;
  /** whether X-Ray kept it */
  sampled: boolean;
}

const START = /^START RequestId: (\S+)/;
const END = /^END RequestId: (\S+)\s*$/;
const INIT_REPORT = /^INIT_REPORT Init Duration: /;
const OTHER = /^(INIT_START Runtime Version: |RESTORE_START |RESTORE_REPORT Restore Duration: )/;
/** `2018-08-19T14:31:58.803Z <id> Task timed out after 3.00 seconds`, `RequestId: <id> Error: Runtime exited with error: …` */
const TIMED_OUT = /^(?:\S+Z )?([0-9a-f-]{36}) (Task timed out after [\d.]+ seconds)/;
const EXITED = /^RequestId: (\S+) Error: (Runtime exited [^\n]+)/;
const XRAY = /(?:^|\s)XRAY TraceId: (\S+)(?=\s)(?:[^\n]*?\sSampled: (\S+))?/;

/**
 * Reads one line of a Lambda log, in either of its formats: text, or JSON (`{"time", "type": "platform.…", "record"}`).
 *
 * @returns null for a line that the function itself wrote
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html (INIT_REPORT, RESTORE_REPORT)
 */
export function parseLogLine(line: string): LogLine | null {
  const text = line.trim();
  if (text.startsWith('{')) return jsonLine(text);
  const report = parseReportLine(text);
  if (report !== null) return { kind: 'report', report, trace: textTrace(text), atMs: null };
  const start = START.exec(text)?.[1];
  if (start !== undefined) return { kind: 'start', requestId: start, atMs: null };
  const end = END.exec(text)?.[1];
  if (end !== undefined) return { kind: 'end', requestId: end, status: null, errorType: null };
  if (INIT_REPORT.test(text)) {
    return { kind: 'init-report', phase: field(text, 'Phase'), failed: isFailure(field(text, 'Status')) };
  }
  const [, requestId, message] = TIMED_OUT.exec(text) ?? EXITED.exec(text) ?? [];
  if (requestId !== undefined) return { kind: 'fault', requestId, message: message!.trimEnd() };
  const trace = text.startsWith('XRAY ') ? textTrace(text) : null;
  if (trace !== null) return { kind: 'trace', trace };
  return OTHER.test(text) ? { kind: 'other' } : null;
}

/** Whether a status is known and no success: `error`, `failure`, `timeout`. */
export function isFailure(status: string | null): boolean {
  return status !== null && status !== 'success';
}

function field(text: string, key: string): string | null {
  return new RegExp(`\\s${key}: (\\S+)`).exec(text)?.[1] ?? null;
}

function textTrace(text: string): Trace | null {
  const [, id, sampled] = XRAY.exec(`${text}\n`) ?? [];
  return id === undefined ? null : { id, sampled: sampled === 'true' };
}

function jsonLine(text: string): LogLine | null {
  // Most lines of JSON are the function's own: they need not be parsed.
  if (!text.includes('"platform.')) return null;
  let event: unknown;
  try {
    event = JSON.parse(text);
  } catch {
    return null;
  }
  const { time, type, record } = objectOf(event);
  if (typeof type !== 'string' || !type.startsWith('platform.')) return null;
  const told = objectOf(record);
  const atMs = timeOf(time);
  const requestId = textOf(told['requestId']);
  switch (type) {
    case 'platform.report': {
      const report = parseReportLine(text);
      return report === null ? null : { kind: 'report', report, trace: jsonTrace(told['tracing']), atMs };
    }
    case 'platform.start':
      return requestId === null ? null : { kind: 'start', requestId, atMs };
    case 'platform.runtimeDone':
      if (requestId === null) return null;
      return { kind: 'end', requestId, status: textOf(told['status']), errorType: textOf(told['errorType']) };
    case 'platform.initReport':
      return { kind: 'init-report', phase: textOf(told['phase']), failed: isFailure(textOf(told['status'])) };
    default:
      return { kind: 'other' };
  }
}

/** `{"type": "X-Amzn-Trace-Id", "value": "Root=1-…;Parent=…;Sampled=1"}` */
function jsonTrace(tracing: unknown): Trace | null {
  const value = textOf(objectOf(tracing)['value']) ?? '';
  const id = /(?:^|;)Root=([^;]+)/.exec(value)?.[1];
  return id === undefined ? null : { id, sampled: /(?:^|;)Sampled=1(?:;|$)/.test(value) };
}

function timeOf(time: unknown): number | null {
  const ms = typeof time === 'string' ? Date.parse(time) : NaN;
  return Number.isNaN(ms) ? null : ms;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
