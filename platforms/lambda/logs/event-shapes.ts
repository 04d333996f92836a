import type { LogEvent } from './executions.js';
import { logEventOfResult } from './insights.js';

/**
 * Log events from what AWS's tools and SDKs write as JSON: answers of `aws logs filter-log-events`, `get-log-events` and
 * `get-query-results`, a saved answer of Invoke (with `LogResult`), one event of those, a line of a log in JSON format, or a
 * list of any of them.
 *
 * @param logStream of the lines around it, for what does not name its own
 * @returns null for anything else
 */
export function eventsInJson(value: unknown, logStream: string | null = null): LogEvent[] | null {
  if (Array.isArray(value)) {
    const lists = value.map((one) => eventsInJson(one, logStream));
    return lists.every((list) => list === null) && lists.length > 0 ? null : lists.flatMap((list) => list ?? []);
  }
  if (typeof value !== 'object' || value === null) return null;
  const { events, results, LogResult, type, record, message, timestamp, logStreamName } = value as Record<
    string,
    unknown
  >;
  if (Array.isArray(events)) return eventsInJson(events, logStream) ?? [];
  if (Array.isArray(results)) return results.flatMap(resultEvents);
  if (typeof LogResult === 'string') return eventsOfTail(LogResult);
  if (typeof type === 'string' && record !== undefined) {
    return [{ message: JSON.stringify(value), atMs: null, logStream, logGroup: null }];
  }
  // What a function logs in JSON has a message too, and its time as text.
  if (typeof message !== 'string' || typeof timestamp !== 'number') return null;
  const stream = typeof logStreamName === 'string' ? logStreamName : logStream;
  return [{ message, atMs: timestamp, logStream: stream, logGroup: null }];
}

function resultEvents(row: unknown): LogEvent[] {
  if (!Array.isArray(row)) return [];
  return [logEventOfResult(row.filter((field) => typeof field === 'object' && field !== null) as { field?: string }[])];
}

/** Base64 of the end of a log, as `X-Amz-Log-Result` and `LogResult` hold it. Its lines are of one environment. */
export function eventsOfTail(tail: string): LogEvent[] {
  const lines = Buffer.from(tail, 'base64').toString('utf8').split('\n');
  return lines.flatMap((message) =>
    message.trim() === '' ? [] : [{ message, atMs: null, logStream: null, logGroup: null }],
  );
}

/** Whether a text is base64 of a log: it decodes to lines of one. */
export function isTail(text: string): boolean {
  if (text.length < 40 || !/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(text)) return false;
  return /^(START|END|REPORT) RequestId: |^\{"time":/m.test(Buffer.from(text, 'base64').toString('utf8'));
}
