/** What Lambda says of one execution when it has ended. Numbers as they stand in the line; absent is null, never 0. */
export interface ExecutionReport {
  requestId: string;
  /** of the handler, init not included; the configured timeout where that ended it */
  durationMs: number | null;
  billedMs: number | null;
  /** only where this execution waited for an init that succeeded */
  initMs: number | null;
  /** only where this execution waited for a snapshot (SnapStart) */
  restoreMs: number | null;
  /** of what is configured, in MiB, which Lambda writes as MB */
  memorySizeMib: number | null;
  maxMemoryUsedMib: number | null;
  /** `timeout`, `error`, `failure`, `success`; null where the line has none, as most lines of text */
  status: string | null;
  errorType: string | null;
}

/** Longer keys first: `Billed Duration` is no `Duration`. */
const KEYS = [
  'Billed Restore Duration',
  'Restore Duration',
  'Billed Duration',
  'Init Duration',
  'Duration',
  'Memory Size',
  'Max Memory Used',
  'Error Type',
  'Status',
] as const;
type Key = (typeof KEYS)[number];

const FIELD = new RegExp(`(?<=\\s)(${KEYS.join('|')}):[ \\t]*(\\S+)`, 'g');

/**
 * Reads the last words of an execution, in either of Lambda's two log formats:
 * `REPORT RequestId: …	Duration: 1.23 ms	Billed Duration: 2 ms	…`, by its keys and not by place, since older lines have a
 * space before a tab, copies have spaces for tabs, and fields come and go; or `{"type":"platform.report","record":{…}}`.
 * An XRAY line below it says nothing that is read here.
 *
 * @returns null for any other line
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
 */
export function parseReportLine(line: string): ExecutionReport | null {
  const text = line.trim();
  if (text.startsWith('{')) return fromJson(text);
  const requestId = /^REPORT RequestId: (\S+)/.exec(text)?.[1];
  if (requestId === undefined) return null;
  const fields = new Map<Key, string>();
  for (const [, key, value] of text.split('\n', 1)[0]!.matchAll(FIELD)) {
    if (!fields.has(key as Key)) fields.set(key as Key, value!);
  }
  const number = (key: Key): number | null => decimal(fields.get(key));
  return {
    requestId,
    durationMs: number('Duration'),
    billedMs: number('Billed Duration'),
    initMs: number('Init Duration'),
    restoreMs: number('Restore Duration'),
    memorySizeMib: number('Memory Size'),
    maxMemoryUsedMib: number('Max Memory Used'),
    status: fields.get('Status') ?? null,
    errorType: fields.get('Error Type') ?? null,
  };
}

/** `1.23` and nothing that JavaScript would also take for a number. */
function decimal(text: string | undefined): number | null {
  return text !== undefined && /^\d+(\.\d+)?$/.test(text) ? nonNegative(Number(text)) : null;
}

function fromJson(text: string): ExecutionReport | null {
  let event: unknown;
  try {
    event = JSON.parse(text);
  } catch {
    return null;
  }
  const { type, record } = objectOf(event);
  const { requestId, status, errorType, metrics } = objectOf(record);
  if (type !== 'platform.report' || typeof requestId !== 'string') return null;
  const measured = objectOf(metrics);
  const number = (key: string): number | null => nonNegative(measured[key]);
  return {
    requestId,
    durationMs: number('durationMs'),
    billedMs: number('billedDurationMs'),
    initMs: number('initDurationMs'),
    restoreMs: number('restoreDurationMs'),
    memorySizeMib: number('memorySizeMB'),
    maxMemoryUsedMib: number('maxMemoryUsedMB'),
    status: typeof status === 'string' ? status : null,
    errorType: typeof errorType === 'string' ? errorType : null,
  };
}

function nonNegative(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
