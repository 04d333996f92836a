import type { FilteredLogEvent } from '@aws-sdk/client-cloudwatch-logs';
import type { EpochSpan } from '../../platform.js';
import type { LogsService } from './cloudwatch-client.js';
import type { LogEvent } from './executions.js';

/** What stands in the lines that are needed, of both formats; the rest is the function's own. */
export const WANTED = [
  'REPORT RequestId',
  'START RequestId',
  'INIT_REPORT Init Duration',
  'Task timed out after',
  'Error: Runtime exited',
  'platform.report',
  'platform.start',
  'platform.initReport',
];

/**
 * `?"a" ?"b"`: any of these phrases.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
const PATTERN = WANTED.map((phrase) => `?"${phrase}"`).join(' ');

/** How many events are asked for at once, which is the most there are; a page ends at 1 MB anyway. */
const PAGE = 10_000;

/**
 * Pages of a log group by FilterLogEvents, in order of time. A page may be empty although more follow: the service has
 * searched for as long as it likes. It is at the end where there is no further token.
 *
 * @throws GroupMissing
 */
export async function* filterPages(
  logs: LogsService,
  logGroup: string,
  { sinceMs, uptoMs }: EpochSpan,
  pageSize = PAGE,
): AsyncGenerator<LogEvent[]> {
  for (let nextToken: string | undefined; ;) {
    const page = await logs.filterLogEvents({
      logGroupName: logGroup,
      startTime: Math.floor(sinceMs),
      endTime: Math.ceil(uptoMs),
      filterPattern: PATTERN,
      limit: pageSize,
      ...(nextToken === undefined ? {} : { nextToken }),
    });
    yield (page.events ?? []).map((event) => logEventOf(event, logGroup));
    if (page.nextToken === undefined || page.nextToken === '') return;
    nextToken = page.nextToken;
  }
}

function logEventOf({ message, timestamp, logStreamName }: FilteredLogEvent, logGroup: string): LogEvent {
  return { message: message ?? '', atMs: timestamp ?? null, logStream: logStreamName ?? null, logGroup };
}
