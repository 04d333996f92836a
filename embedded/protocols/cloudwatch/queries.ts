import { randomUUID } from 'node:crypto';
import { messageOf } from '../../../common/errors.js';
import { AwsFault } from '../aws/fault.js';
import { eventsOf } from './events.js';
import type { LogsFace, LogsInput } from './face.js';
import { eventId } from './filter-log-events.js';
import { groupNamed, invalid, limitIn, numberIn, placeIn, textIn, textsIn, tokenOf } from './input.js';
import { fieldOf, type EventFields } from './query-fields.js';
import { parseQuery, type Query } from './query-language.js';

/** Queries of Logs Insights: started, and asked for until they are complete. */
export interface Queries {
  start(input: LogsInput): unknown;
  results(input: LogsInput): unknown;
  stop(input: LogsInput): unknown;
}

type Place = Pick<LogsFace, 'store' | 'region' | 'visibleUntilMs'>;

const MOST_GROUPS = 50;
const MOST_RESULTS = 100_000;
const NORMAL_RESULTS = 10_000;
const PAGE_RESULTS = 10_000;
/** Results are kept in memory; older queries are forgotten. */
const KEPT_QUERIES = 8;

interface RunningQuery {
  status: 'Running' | 'Complete' | 'Failed' | 'Cancelled';
  rows: { field: string; value: string }[][];
  statistics: { recordsMatched: number; recordsScanned: number; bytesScanned: number };
}

export function createQueries(place: Place): Queries {
  const queries = new Map<string, RunningQuery>();

  function queryIn(input: LogsInput): RunningQuery {
    const query = queries.get(textIn(input, 'queryId') ?? '');
    if (query !== undefined) return query;
    throw new AwsFault('ResourceNotFoundException', 400, 'The specified query does not exist or has expired.');
  }

  return {
    start(input) {
      const query = parseQuery(textIn(input, 'queryString') ?? '');
      const names = [
        ...[textIn(input, 'logGroupName')].filter((name) => name !== undefined),
        ...textsIn(input, 'logGroupNames'),
        ...textsIn(input, 'logGroupIdentifiers'),
      ];
      if (names.length === 0 || names.length > MOST_GROUPS)
        throw invalid(`A query reads 1 to ${MOST_GROUPS} log groups, got ${names.length}.`);
      const groups = names.map((name) => groupNamed(place, name));
      const [startS, endS] = [numberIn(input, 'startTime'), numberIn(input, 'endTime')];
      if (startS === undefined || endS === undefined || endS < startS)
        throw invalid("Query's end date and time is either before the log groups creation time or before its start");
      const limit = Math.min(query.limit ?? limitIn(input, 'limit', NORMAL_RESULTS, MOST_RESULTS), MOST_RESULTS);
      const running: RunningQuery = {
        status: 'Running',
        rows: [],
        statistics: { recordsMatched: 0, recordsScanned: 0, bytesScanned: 0 },
      };
      const queryId = randomUUID();
      queries.set(queryId, running);
      if (queries.size > KEPT_QUERIES) queries.delete(queries.keys().next().value!);
      // Times of queries are whole seconds, of which the last is searched, too.
      const range = {
        fromMs: startS * 1000,
        toMs: endS * 1000 + 999,
        after: null,
        visibleUntilMs: place.visibleUntilMs(),
      };
      execute(place, running, query, groups, range, limit).catch((error: unknown) => {
        running.status = 'Failed';
        process.stderr.write(`faaslab platform: a query of Logs Insights failed: ${messageOf(error)}\n`);
      });
      return { queryId };
    },
    results(input) {
      const { status, rows, statistics } = queryIn(input);
      const token = textIn(input, 'nextToken');
      const from = token === undefined ? 0 : placeIn(token, (value): value is number => Number.isInteger(value));
      const upto = from + limitIn(input, 'maxItems', PAGE_RESULTS);
      const isDone = status === 'Complete';
      return {
        results: isDone ? rows.slice(from, upto) : [],
        statistics,
        status,
        queryLanguage: 'CWLI',
        ...(isDone && upto < rows.length ? { nextToken: tokenOf(upto) } : {}),
      };
    },
    stop(input) {
      const query = queryIn(input);
      const isRunning = query.status === 'Running';
      if (isRunning) query.status = 'Cancelled';
      return { success: isRunning };
    },
  };
}

async function execute(
  { store }: Place,
  running: RunningQuery,
  query: Query,
  groups: ReturnType<typeof groupNamed>[],
  range: Parameters<typeof eventsOf>[2],
  limit: number,
): Promise<void> {
  const found: EventFields[] = [];
  const { sort, fields } = query;
  // Of one group the events come in order of time: what is beyond the limit need not be held.
  const isOrdered = sort.field === '@timestamp' && groups.length === 1;
  for (const group of groups) {
    for await (const batch of eventsOf(store, group, range)) {
      if (running.status !== 'Running') return;
      for (const event of batch) {
        running.statistics.recordsScanned += 1;
        running.statistics.bytesScanned += Buffer.byteLength(event.message);
        const candidate = { event, group: group.name };
        if (!query.matches(candidate)) continue;
        running.statistics.recordsMatched += 1;
        if (isOrdered && !sort.descending && found.length >= limit) continue;
        found.push(candidate);
        if (isOrdered && sort.descending && found.length >= 2 * limit) found.splice(0, found.length - limit);
      }
    }
  }
  if (isOrdered && sort.descending) found.reverse();
  else if (!isOrdered) found.sort(orderOf(query));
  running.rows = found.slice(0, limit).map((one) => rowOf(one, fields));
  running.status = 'Complete';
}

function orderOf({ sort: { field, descending } }: Query): (a: EventFields, b: EventFields) => number {
  const sign = descending ? -1 : 1;
  return (a, b) => {
    const [x, y] = [fieldOf(a, field), fieldOf(b, field)];
    // What has no such field comes last.
    if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined);
    return x < y ? -sign : x > y ? sign : 0;
  };
}

function rowOf(one: EventFields, fields: readonly string[]): { field: string; value: string }[] {
  const shown = fields.flatMap((field) => {
    const value = fieldOf(one, field);
    return value === undefined ? [] : [{ field, value: String(value) }];
  });
  return [...shown, { field: '@ptr', value: Buffer.from(`${one.group} ${eventId(one.event)}`).toString('base64') }];
}
