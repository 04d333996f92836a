import { eventsOf, isPosition, type GroupEvent, type Position } from './events.js';
import type { LogsFace, LogsInput } from './face.js';
import { filterPattern } from './filter-pattern.js';
import { groupIn, invalid, limitIn, numberIn, placeIn, textIn, textsIn, tokenOf } from './input.js';

/** A page ends at whichever comes first; the last is how much is searched for it, after which it may well be empty. */
const PAGE_EVENTS = 10_000;
const PAGE_BYTES = 2 ** 20;
const SEARCHED_BYTES = 16 * 2 ** 20;
/** What an event counts beyond its message, bytes. */
const EVENT_OVERHEAD_BYTES = 26;

/**
 * `FilterLogEvents`: times in ms, both included; pages by token, which may be empty while more follow, and whose token is
 * absent at the end.
 * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
 */
export async function filterLogEvents(face: LogsFace, input: LogsInput): Promise<unknown> {
  const group = groupIn(face, input);
  const matches = filterPattern(textIn(input, 'filterPattern') ?? '');
  const isWanted = streamFilter(input);
  const limit = limitIn(input, 'limit', PAGE_EVENTS);
  const token = textIn(input, 'nextToken');
  const after = token === undefined ? null : placeIn(token, isPosition);
  const fromMs = numberIn(input, 'startTime') ?? 0;
  const toMs = numberIn(input, 'endTime') ?? Infinity;
  if (toMs < fromMs) throw invalid('endTime must be equal to or greater than startTime.');
  const events: GroupEvent[] = [];
  let [pageBytes, searchedBytes] = [0, 0];
  let last: Position | null = after;
  for await (const batch of eventsOf(face.store, group, {
    fromMs,
    toMs,
    after,
    visibleUntilMs: face.visibleUntilMs(),
  })) {
    for (const event of batch) {
      const bytes = Buffer.byteLength(event.message) + EVENT_OVERHEAD_BYTES;
      const isFull = events.length >= limit || (events.length > 0 && pageBytes + bytes > PAGE_BYTES);
      if (isFull || searchedBytes > SEARCHED_BYTES) return pageOf(events, last);
      last = event;
      searchedBytes += bytes;
      if (!isWanted(event.stream) || !matches(event.message)) continue;
      events.push(event);
      pageBytes += bytes;
    }
  }
  return pageOf(events, null);
}

/** @param last where the next page goes on; null = there is none */
function pageOf(events: readonly GroupEvent[], last: Position | null): unknown {
  const { atMs, row, index } = last ?? { atMs: 0, row: 0, index: 0 };
  return {
    events: events.map((event) => ({
      logStreamName: event.stream,
      timestamp: event.atMs,
      message: event.message,
      ingestionTime: event.ingestedMs,
      eventId: eventId(event),
    })),
    searchedLogStreams: [],
    ...(last === null ? {} : { nextToken: tokenOf({ atMs, row, index }) }),
  };
}

/** 56 digits, in the order of the events of a group. */
export function eventId({ atMs, row, index }: Position): string {
  return String(atMs).padStart(16, '0') + String(row).padStart(20, '0') + String(index).padStart(20, '0');
}

function streamFilter(input: LogsInput): (stream: string) => boolean {
  const names = new Set(textsIn(input, 'logStreamNames'));
  const prefix = textIn(input, 'logStreamNamePrefix');
  if (names.size > 0 && prefix !== undefined) {
    throw invalid('LogStreamNamePrefix and logStreamNames are mutually exclusive.');
  }
  if (prefix !== undefined) return (stream) => stream.startsWith(prefix);
  return names.size === 0 ? () => true : (stream) => names.has(stream);
}
