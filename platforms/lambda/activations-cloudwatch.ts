import type { ActivationReader, ActivationSource, EpochSpan } from '../platform.js';
import type { LambdaCredentials, LambdaPlace } from './client.js';
import { openClientWords, rowsOfRun } from './client-words.js';
import { GroupMissing, NotPermitted, openLogs, type LogsService } from './logs/cloudwatch-client.js';
import { executionReader, type Execution, type LogEvent } from './logs/executions.js';
import { filterPages } from './logs/filter-pages.js';
import { insightsPages, MOST_GROUPS } from './logs/insights.js';
import { logGroupOf } from './log-group.js';
import type { XrayWaits } from './xray-waits.js';

export interface CloudWatchOptions {
  runDirectory: string;
  place: LambdaPlace;
  /** in memory; without them AWS's own chain is asked */
  credentials?: LambdaCredentials | undefined;
  /** as the config spells them */
  applications: readonly string[];
  /** how many executions are looked for */
  expected: number;
  /** Events: Lambda executes those that failed again */
  retries: boolean;
  waits?: XrayWaits | undefined;
  /** from how many expected executions on Logs Insights is asked; fewer for tests */
  insightsFrom?: number;
  /** events a page of FilterLogEvents; fewer for tests */
  pageSize?: number;
  /** more for tests */
  callsPerSecond?: number;
}

/**
 * FilterLogEvents gives about 3,000 executions a page of 1 MB and five pages a second: this many take it some seconds.
 * More are worth the price of Logs Insights, which reads 100,000 lines a query.
 */
const INSIGHTS_FROM = 50_000;
/** Lambda waits one minute before the second attempt of an Event, and two before the third. */
const RETRY_MARGIN_MS = 10 * 60_000;

/**
 * The executions of a run from CloudWatch Logs: also those whose answer told nothing, with their start, their log stream
 * and inits that failed.
 */
export function cloudWatchActivations(options: CloudWatchOptions): ActivationSource {
  const { place, retries } = options;
  const groups = [...new Set(options.applications.map(logGroupOf))];
  return {
    name: 'cloudwatch',
    place: `CloudWatch Logs, ${place.endpointUrl ?? place.region}`,
    fromLogs: true,
    async *activations(span, reader) {
      const whole = retries ? { ...span, uptoMs: span.uptoMs + RETRY_MARGIN_MS } : span;
      if (retries && Date.now() < whole.uptoMs) {
        reader.onWarning(
          'Lambda executes an Event again that failed, after one and after two more minutes: what is not in the logs yet ' +
            'is not counted. Ten minutes after the run all of it is (--source cloudwatch reads again)',
        );
      }
      const logs = await openLogs(place, options.credentials, options.callsPerSecond);
      reader.signal?.addEventListener('abort', logs.close);
      const words = await openClientWords(options.runDirectory);
      try {
        yield* rowsOfRun(executionsIn(eventsOf(logs, groups, whole, options, reader)), words, options.waits);
      } finally {
        words.close();
        reader.signal?.removeEventListener('abort', logs.close);
        logs.close();
      }
    },
  };
}

async function* executionsIn(pages: AsyncIterable<LogEvent[]>): AsyncGenerator<Execution[]> {
  const reader = executionReader();
  for await (const events of pages) yield events.flatMap((event) => reader.add(event));
  yield reader.end();
}

async function* eventsOf(
  logs: LogsService,
  groups: string[],
  span: EpochSpan,
  options: CloudWatchOptions,
  reader: ActivationReader,
): AsyncGenerator<LogEvent[]> {
  const { expected, insightsFrom = INSIGHTS_FROM } = options;
  if (expected < insightsFrom) {
    for (const group of groups) yield* filtered(logs, group, span, options, reader);
    return;
  }
  for (let at = 0; at < groups.length; at += MOST_GROUPS) {
    yield* queried(logs, groups.slice(at, at + MOST_GROUPS), span, options, reader);
  }
}

async function* filtered(
  logs: LogsService,
  group: string,
  span: EpochSpan,
  { place, pageSize }: CloudWatchOptions,
  { onWarning }: ActivationReader,
): AsyncGenerator<LogEvent[]> {
  try {
    yield* filterPages(logs, group, span, pageSize);
  } catch (error) {
    if (!(error instanceof GroupMissing)) throw error;
    onWarning(
      `there is no log group ${group} in ${place.region}: the function never ran there, may not write logs, or writes them ` +
        'elsewhere (then read them with --logs)',
    );
  }
}

/** By Logs Insights; what it refuses is read by FilterLogEvents, which also tells which group is missing. */
async function* queried(
  logs: LogsService,
  logGroups: string[],
  span: EpochSpan,
  options: CloudWatchOptions,
  reader: ActivationReader,
): AsyncGenerator<LogEvent[]> {
  try {
    yield* insightsPages(logs, { logGroups, span, expected: options.expected });
    return;
  } catch (error) {
    if (error instanceof NotPermitted) {
      reader.onWarning(`${error.message}. FilterLogEvents is used in its place, which takes longer`);
    } else if (!(error instanceof GroupMissing)) throw error;
  }
  for (const group of logGroups) yield* filtered(logs, group, span, options, reader);
}
