import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LogEvent } from '../../platforms/lambda/logs/executions.js';
import { httpServer } from './http-servers.js';
import { LAMBDA_ENVIRONMENT, LAMBDA_KEYS } from './lambda-endpoint.js';

/** The variables by which the SDK finds a double of CloudWatch Logs and X-Ray, with keys that it accepts. */
export function logsEnvironment(url: string): Record<string, string> {
  return { ...LAMBDA_ENVIRONMENT, AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: url, AWS_ENDPOINT_URL_XRAY: url };
}

export interface LogsEndpointOptions {
  /** what lies in the log groups; a group without events is given by its name */
  events: readonly LogEvent[];
  groups?: readonly string[];
  /** events a page of FilterLogEvents */
  pageSize?: number;
  /** every n-th page comes empty, with a token all the same */
  emptyEvery?: number;
  /** every n-th call is throttled; the SDK makes it again */
  throttledEvery?: number;
  /** which events have been ingested at the n-th listing that begins, from 1 */
  ingested?: (event: LogEvent, listing: number) => boolean;
  /** names of calls that these credentials may not make */
  denied?: readonly string[];
  /** what a query gives at most, in place of 100,000 */
  mostResults?: number;
  /** what X-Ray has of a trace */
  traces?: (id: string) => object[] | null;
}

export interface LogsCall {
  action: string;
  input: Record<string, unknown>;
  throttled: boolean;
}

type Answer = Record<string, unknown>;
class Refused extends Error {}

/**
 * CloudWatch Logs (AWS JSON 1.1) and X-Ray's BatchGetTraces on the wire, as their documentation has them: pages cut at a
 * size, empty ones, tokens, the filter pattern, seconds and milliseconds, the limit of a query, status before results.
 */
export async function logsEndpoint(options: LogsEndpointOptions): Promise<{ url: string; calls: LogsCall[] }> {
  const calls: LogsCall[] = [];
  const state: State = { options, listings: 0, pages: 0, queries: [] };
  const url = await httpServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      if (request.url === '/' && request.method === 'GET') return response.writeHead(404).end();
      if (!isSigned(request)) return refuse(response, 400, 'InvalidSignatureException');
      const action = actionOf(request);
      const input = JSON.parse(body) as Record<string, unknown>;
      const throttled = options.throttledEvery !== undefined && (calls.length + 1) % options.throttledEvery === 0;
      calls.push({ action, input, throttled });
      if (throttled) return refuse(response, 400, 'ThrottlingException');
      if (options.denied?.includes(action)) return refuse(response, 400, 'AccessDeniedException');
      try {
        const answer = ACTIONS[action]!(state, input);
        response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
        response.end(JSON.stringify(answer));
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        refuse(response, 400, error.message);
      }
    });
  });
  return { url, calls };
}

/** The signature itself is worked out in lambda-endpoint.ts; here it must be there, for the right service and key. */
function isSigned({ headers: { authorization = '', ...headers } }: IncomingMessage): boolean {
  const scope = new RegExp(
    `^AWS4-HMAC-SHA256 Credential=${LAMBDA_KEYS.accessKeyId}/\\d{8}/[a-z0-9-]+/(logs|xray)/aws4_request, `,
  );
  return scope.test(authorization) && headers['x-amz-security-token'] === LAMBDA_KEYS.sessionToken;
}

function actionOf({ headers, url }: IncomingMessage): string {
  if (url === '/Traces') return 'BatchGetTraces';
  return /^Logs_20140328\.(\w+)$/.exec(String(headers['x-amz-target']))![1]!;
}

function refuse(response: ServerResponse, status: number, type: string): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
  // AWS repeats what should have been signed in some of its messages.
  response.end(JSON.stringify({ __type: type, message: `${type} ${LAMBDA_KEYS.sessionToken}` }));
}

interface State {
  options: LogsEndpointOptions;
  listings: number;
  pages: number;
  queries: { results: LogEvent[]; matched: number; asked: number }[];
}

const ACTIONS: Record<string, (state: State, input: Record<string, unknown>) => Answer> = {
  FilterLogEvents: filterLogEvents,
  StartQuery: startQuery,
  GetQueryResults: getQueryResults,
  BatchGetTraces: batchGetTraces,
};

function filterLogEvents(state: State, input: Record<string, unknown>): Answer {
  const { pageSize = 10_000, emptyEvery } = state.options;
  const { logGroupName, startTime, endTime, filterPattern, nextToken, limit } = input as {
    logGroupName: string;
    startTime: number;
    endTime: number;
    filterPattern: string;
    nextToken?: string;
    limit: number;
  };
  if (limit > 10_000) throw new Refused('InvalidParameterException');
  if (nextToken === undefined) state.listings += 1;
  const [listing, from] = nextToken === undefined ? [state.listings, 0] : (JSON.parse(nextToken) as [number, number]);
  const phrases = [...filterPattern.matchAll(/\?"([^"]+)"/g)].map(([, phrase]) => phrase!);
  const all = eventsOf(state, [logGroupName], listing).filter(
    ({ atMs, message }) => atMs! >= startTime && atMs! <= endTime && phrases.some((phrase) => message.includes(phrase)),
  );
  state.pages += 1;
  const isEmpty = emptyEvery !== undefined && state.pages % emptyEvery === 0;
  const to = isEmpty ? from : from + Math.min(pageSize, limit);
  const events = all.slice(from, to).map(({ message, atMs, logStream }, i) => ({
    eventId: `${from + i}`,
    ingestionTime: atMs! + 900,
    logStreamName: logStream,
    message,
    timestamp: atMs,
  }));
  return {
    events,
    searchedLogStreams: [],
    ...(to < all.length || isEmpty ? { nextToken: JSON.stringify([listing, to]) } : {}),
  };
}

function eventsOf({ options }: State, groups: readonly string[], listing: number): LogEvent[] {
  const { events, groups: known = [], ingested = () => true } = options;
  for (const group of groups) {
    if (!known.includes(group) && !events.some(({ logGroup }) => logGroup === group)) {
      throw new Refused('ResourceNotFoundException');
    }
  }
  return events.filter((event) => groups.includes(event.logGroup!) && ingested(event, listing));
}

function startQuery(state: State, input: Record<string, unknown>): Answer {
  const { logGroupNames, startTime, endTime, queryString, limit } = input as {
    logGroupNames: string[];
    startTime: number;
    endTime: number;
    queryString: string;
    limit: number;
  };
  // Times in milliseconds would be the year 55,000.
  if (logGroupNames.length > 50 || endTime > 1e11) throw new Refused('InvalidParameterException');
  state.listings += 1;
  const pattern = new RegExp(/filter @message like \/(.*?)\/ \|/.exec(queryString)![1]!);
  const results = eventsOf(state, logGroupNames, state.listings).filter(
    // To the start of its last second: what the documentation leaves open.
    ({ atMs, message }) => atMs! >= startTime * 1000 && atMs! <= endTime * 1000 && pattern.test(message),
  );
  const most = Math.min(limit, state.options.mostResults ?? 100_000);
  state.queries.push({ results: results.slice(0, most), matched: results.length, asked: 0 });
  return { queryId: String(state.queries.length - 1) };
}

function getQueryResults(state: State, input: Record<string, unknown>): Answer {
  const { queryId, maxItems, nextToken } = input as { queryId: string; maxItems: number; nextToken?: string };
  if (maxItems > 10_000) throw new Refused('InvalidParameterException');
  const query = state.queries[Number(queryId)]!;
  query.asked += 1;
  const from = Number(nextToken ?? 0);
  if (query.asked < 3) return { status: query.asked === 1 ? 'Scheduled' : 'Running', results: [] };
  const rows = query.results.slice(from, from + maxItems).map(({ message, atMs, logStream, logGroup }) => [
    { field: '@timestamp', value: new Date(atMs!).toISOString().replace('T', ' ').replace('Z', '') },
    { field: '@message', value: message },
    { field: '@logStream', value: logStream },
    { field: '@log', value: `123456789012:${logGroup}` },
    { field: '@ptr', value: 'Cg…' },
  ]);
  const next = from + maxItems;
  return {
    status: 'Complete',
    results: rows,
    statistics: { recordsMatched: query.matched, recordsScanned: 1e6, bytesScanned: 1e9 },
    ...(next < query.results.length ? { nextToken: String(next) } : {}),
  };
}

function batchGetTraces({ options }: State, input: Record<string, unknown>): Answer {
  const { TraceIds } = input as { TraceIds: string[] };
  if (TraceIds.length > 5) throw new Refused('InvalidRequestException');
  const found = TraceIds.flatMap((id) => {
    const segments = options.traces?.(id) ?? null;
    return segments === null ? [] : [{ Id: id, Duration: 1, Segments: segments.map(documentOf) }];
  });
  return { Traces: found, UnprocessedTraceIds: [] };
}

function documentOf(segment: object, i: number): object {
  return { Id: String(i), Document: JSON.stringify(segment) };
}
