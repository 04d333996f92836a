import type { LogGroup, LogStream } from '../../activations/log-index.js';
import { ACCOUNT_ID } from '../lambda/names.js';
import type { LogsFace, LogsInput } from './face.js';
import { groupIn, invalid, limitIn, placeIn, textIn, tokenOf } from './input.js';

const MOST = 50;

/** `DescribeLogGroups`: by name. */
export function describeLogGroups(face: LogsFace, input: LogsInput): unknown {
  const prefix = textIn(input, 'logGroupNamePrefix') ?? '';
  const part = textIn(input, 'logGroupNamePattern')?.toLowerCase() ?? '';
  const visible = [...face.store.logs.groups.values()]
    .filter(({ createdMs }) => createdMs <= face.visibleUntilMs())
    .filter(({ name }) => name.startsWith(prefix) && name.toLowerCase().includes(part))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const { page, nextToken } = pageOf(visible, input, ({ name }) => name);
  return { logGroups: page.map((group) => groupShown(group, face.region)), ...nextToken };
}

/** `DescribeLogStreams`: by name, or by the time of the last event. */
export function describeLogStreams(face: LogsFace, input: LogsInput): unknown {
  const group = groupIn(face, input);
  const prefix = textIn(input, 'logStreamNamePrefix');
  const orderBy = textIn(input, 'orderBy') ?? 'LogStreamName';
  if (orderBy !== 'LogStreamName' && orderBy !== 'LastEventTime') {
    throw invalid(
      `1 validation error detected: Value '${orderBy}' at 'orderBy' failed to satisfy constraint: Member must satisfy enum value set: [LogStreamName, LastEventTime]`,
    );
  }
  if (orderBy === 'LastEventTime' && prefix !== undefined) {
    throw invalid('Cannot order by LastEventTime with a logStreamNamePrefix.');
  }
  const byName = (a: LogStream, b: LogStream): number => (a.name < b.name ? -1 : 1);
  const order =
    orderBy === 'LastEventTime' ? (a: LogStream, b: LogStream) => a.lastMs - b.lastMs || byName(a, b) : byName;
  const visible = [...group.streams.values()]
    .filter(({ name, createdMs }) => createdMs <= face.visibleUntilMs() && name.startsWith(prefix ?? ''))
    .sort(input['descending'] === true ? (a, b) => order(b, a) : order);
  const { page, nextToken } = pageOf(visible, input, ({ name }) => name);
  return { logStreams: page.map((stream) => streamShown(stream, group.name, face.region)), ...nextToken };
}

/** What comes behind the one that the token names. */
function pageOf<Item>(items: readonly Item[], input: LogsInput, nameOf: (item: Item) => string) {
  const limit = limitIn(input, 'limit', MOST);
  const token = textIn(input, 'nextToken');
  const last = token === undefined ? null : placeIn(token, (value): value is string => typeof value === 'string');
  const from = last === null ? 0 : items.findIndex((item) => nameOf(item) === last) + 1;
  const page = items.slice(from, from + limit);
  const hasMore = from + limit < items.length;
  return { page, nextToken: hasMore ? { nextToken: tokenOf(nameOf(page.at(-1)!)) } : {} };
}

function groupShown({ name, createdMs, storedBytes }: LogGroup, region: string): unknown {
  const arn = `arn:aws:logs:${region}:${ACCOUNT_ID}:log-group:${name}`;
  return {
    logGroupName: name,
    creationTime: createdMs,
    metricFilterCount: 0,
    arn: `${arn}:*`,
    logGroupArn: arn,
    storedBytes,
    logGroupClass: 'STANDARD',
  };
}

function streamShown(
  { name, createdMs, firstMs, lastMs, lastIngestedMs }: LogStream,
  group: string,
  region: string,
): unknown {
  return {
    logStreamName: name,
    creationTime: createdMs,
    firstEventTimestamp: firstMs,
    lastEventTimestamp: lastMs,
    lastIngestionTime: lastIngestedMs,
    arn: `arn:aws:logs:${region}:${ACCOUNT_ID}:log-group:${group}:log-stream:${name}`,
    storedBytes: 0,
  };
}
