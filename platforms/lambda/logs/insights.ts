import { setTimeout as sleep } from 'node:timers/promises';
import type { ResultField } from '@aws-sdk/client-cloudwatch-logs';
import { PlatformError } from '../../../common/errors.js';
import type { EpochSpan } from '../../platform.js';
import type { LogsService } from './cloudwatch-client.js';
import type { LogEvent } from './executions.js';
import { filterPages, WANTED } from './filter-pages.js';

/** A query gives no more, and takes no more groups. */
const MOST_RESULTS = 100_000;
export const MOST_GROUPS = 50;
const PAGE = 10_000;
/** START and REPORT of an execution, and a tenth for what fails. */
const EVENTS_PER_EXECUTION = 2.2;
/** So that a query rarely meets its limit, for then all that it scanned is scanned again. */
const AIMED_RESULTS = 0.8 * MOST_RESULTS;
const POLL_MS = 500;

const QUERY = [
  'fields @timestamp, @message, @logStream, @log',
  `filter @message like /${WANTED.map((phrase) => phrase.replaceAll('.', '\\.')).join('|')}/`,
  'sort @timestamp asc',
].join(' | ');

export interface InsightsOptions {
  /** at most MOST_GROUPS */
  logGroups: string[];
  span: EpochSpan;
  /** how many executions the span holds, to begin with queries that give no more than they may */
  expected: number;
  /** fewer for tests */
  mostResults?: number;
  pollMs?: number;
}

/**
 * Log events by Logs Insights, in order of time. Its times are whole seconds. A query gives no more than 100,000 results:
 * one that reaches this is made again for each half of its span. A single second with more than that is read by
 * FilterLogEvents.
 *
 * Whether a second at the end of a span is searched whole is not documented, so spans overlap in it, and what both give
 * is handed out once.
 *
 * @throws GroupMissing, NotPermitted
 */
export async function* insightsPages(logs: LogsService, options: InsightsOptions): AsyncGenerator<LogEvent[]> {
  const { span, expected, mostResults = MOST_RESULTS } = options;
  const first = Math.floor(span.sinceMs / 1000);
  const last = Math.max(first + 1, Math.ceil(span.uptoMs / 1000));
  const parts = Math.max(1, Math.ceil((EVENTS_PER_EXECUTION * expected) / Math.min(AIMED_RESULTS, mostResults)));
  const seconds = Math.ceil((last - first) / parts);
  // The next span to query is the last of the list.
  const ahead: [from: number, to: number][] = [];
  for (let from = first; from < last; from += seconds) ahead.unshift([from, Math.min(last, from + seconds)]);
  const once = givenOnce();
  for (let [from, to] = ahead.pop()!; ; [from, to] = ahead.pop()!) {
    const { events, isWhole } = await resultsOf(logs, options, from, to);
    if (isWhole) {
      yield once(events, to);
    } else if (to - from > 1) {
      const middle = Math.floor((from + to) / 2);
      ahead.push([middle, to], [from, middle]);
    } else {
      for (const logGroup of options.logGroups) {
        for await (const page of filterPages(logs, logGroup, { sinceMs: from * 1000, uptoMs: to * 1000 + 999 })) {
          yield once(page, to);
        }
      }
    }
    if (ahead.length === 0) return;
  }
}

/** Leaves out what was given before: an event of the second in which two spans meet. */
function givenOnce(): (events: LogEvent[], endS: number) => LogEvent[] {
  const meeting = { endS: -Infinity, given: new Set<string>() };
  let before = meeting;
  let current = meeting;
  return (events, endS) => {
    if (endS !== current.endS) {
      before = current;
      current = { endS, given: new Set() };
    }
    const isGiven = (event: LogEvent): boolean => secondOf(event) === before.endS && before.given.has(keyOf(event));
    const fresh = events.filter((event) => !isGiven(event));
    for (const event of fresh) if (secondOf(event) === endS) current.given.add(keyOf(event));
    return fresh;
  };
}

function secondOf({ atMs }: LogEvent): number {
  return Math.floor((atMs ?? 0) / 1000);
}

function keyOf({ atMs, logGroup, logStream, message }: LogEvent): string {
  return [atMs, logGroup, logStream, message].join('\n');
}

async function resultsOf(
  logs: LogsService,
  { logGroups, mostResults = MOST_RESULTS, pollMs = POLL_MS }: InsightsOptions,
  from: number,
  to: number,
): Promise<{ events: LogEvent[]; isWhole: boolean }> {
  const queryId = await logs.startQuery({
    logGroupNames: logGroups,
    startTime: from,
    endTime: to,
    queryString: QUERY,
    limit: mostResults,
  });
  const matched = await completed(logs, queryId, pollMs);
  const events: LogEvent[] = [];
  for (let nextToken: string | undefined; ;) {
    const page = await logs.queryResults({
      queryId,
      maxItems: PAGE,
      ...(nextToken === undefined ? {} : { nextToken }),
    });
    for (const row of page.results ?? []) events.push(logEventOfResult(row));
    nextToken = page.nextToken;
    if (nextToken === undefined || nextToken === '') break;
  }
  return { events, isWhole: events.length < mostResults && events.length >= matched };
}

/** @returns how many events matched, whether or not they are handed out; 0 where that is not told */
async function completed(logs: LogsService, queryId: string, pollMs: number): Promise<number> {
  for (;;) {
    const { status, statistics } = await logs.queryResults({ queryId, maxItems: 1 });
    if (status === 'Complete') return statistics?.recordsMatched ?? 0;
    if (status !== 'Scheduled' && status !== 'Running') {
      throw new PlatformError(`Logs Insights: the query ended as "${status ?? 'unknown'}"; try again`);
    }
    await sleep(pollMs);
  }
}

/** An event from fields such as `{"field": "@timestamp", "value": "2026-11-21 08:33:20.123"}`, in UTC. */
export function logEventOfResult(row: readonly ResultField[]): LogEvent {
  const fields = new Map(row.map(({ field, value }) => [field, value]));
  return {
    message: fields.get('@message') ?? '',
    atMs: timeOf(fields.get('@timestamp')),
    logStream: fields.get('@logStream') ?? null,
    // `account:group`
    logGroup: fields.get('@log')?.replace(/^\d+:/, '') ?? null,
  };
}

function timeOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const ms = /^\d+$/.test(text) ? Number(text) : Date.parse(`${text.replace(' ', 'T')}Z`);
  return Number.isNaN(ms) ? null : ms;
}
