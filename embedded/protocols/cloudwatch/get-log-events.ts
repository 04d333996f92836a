import type { LogGroup, LogStream } from '../../activations/log-index.js';
import { readRows, type GroupEvent } from './events.js';
import type { LogsFace, LogsInput } from './face.js';
import { groupIn, invalid, limitIn, missing, numberIn, textIn } from './input.js';
import { rowBatches } from './row-batches.js';

const PAGE_EVENTS = 10_000;
const PAGE_BYTES = 2 ** 20;

/** A gap between two entries of a stream: before entry `index` of its execution number `execution`. */
interface Gap {
  execution: number;
  index: number;
}

/**
 * `GetLogEvents` of one stream, in order of time; startTime is included, endTime is not. Without startFromHead and token the
 * newest page is given; at the end of the stream the forward token is the one that was given.
 * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
 */
export async function getLogEvents(face: LogsFace, input: LogsInput): Promise<unknown> {
  const group = groupIn(face, input);
  const visibleUntilMs = face.visibleUntilMs();
  const stream = group.streams.get(textIn(input, 'logStreamName') ?? '');
  if (stream === undefined || stream.createdMs > visibleUntilMs) throw missing('stream');
  const token = textIn(input, 'nextToken');
  const isForward = token === undefined ? input['startFromHead'] === true : token.startsWith('f/');
  const end = stream.rows.findLastIndex((row) => group.row(row).ingestedMs <= visibleUntilMs) + 1;
  const from = token === undefined ? { execution: isForward ? 0 : end, index: 0 } : gapIn(token);
  const range = { fromMs: numberIn(input, 'startTime') ?? 0, untilMs: numberIn(input, 'endTime') ?? Infinity };
  const page = await pageFrom(face, group, stream, {
    from,
    end,
    isForward,
    limit: limitIn(input, 'limit', PAGE_EVENTS),
    ...range,
  });
  return {
    events: page.events.map(({ atMs, message, ingestedMs }) => ({
      timestamp: atMs,
      message,
      ingestionTime: ingestedMs,
    })),
    nextForwardToken: tokenOf('f', page.last),
    nextBackwardToken: tokenOf('b', page.first),
  };
}

interface PageWanted {
  from: Gap;
  /** executions that are visible */
  end: number;
  isForward: boolean;
  limit: number;
  fromMs: number;
  untilMs: number;
}

/** The page behind a gap, or before it, and the gaps around what it holds. */
async function pageFrom(
  { store }: LogsFace,
  group: LogGroup,
  { rows }: LogStream,
  { from, end, isForward, limit, fromMs, untilMs }: PageWanted,
): Promise<{ events: GroupEvent[]; first: Gap; last: Gap }> {
  const taken: { event: GroupEvent; gap: Gap }[] = [];
  let bytes = 0;
  const step = isForward ? 1 : -1;
  /** @returns false when the page is full */
  function take(event: GroupEvent, gap: Gap): boolean {
    if (event.atMs < fromMs || event.atMs >= untilMs) return true;
    bytes += Buffer.byteLength(event.message) + 26;
    if (taken.length >= limit || (taken.length > 0 && bytes > PAGE_BYTES)) return false;
    taken.push({ event, gap });
    return true;
  }
  const nextBatch = rowBatches();
  let isOpen = true;
  let execution = !isForward && from.index === 0 ? from.execution - 1 : from.execution;
  while (isOpen && execution >= 0 && execution < end) {
    const numbers: number[] = [];
    const batch = nextBatch();
    for (; !batch.isFull && execution >= 0 && execution < end; execution += step) {
      const row = group.row(rows[execution]!);
      if (row.lastMs < fromMs || row.firstMs >= untilMs) continue;
      batch.add(row);
      numbers.push(execution);
    }
    const read = await readRows(store, batch.rows);
    for (const [i, number] of numbers.entries()) {
      const entries = isForward ? read[i]! : read[i]!.toReversed();
      for (const event of entries) {
        const isSkipped =
          number === from.execution && (isForward ? event.index < from.index : event.index >= from.index);
        if (isOpen && !isSkipped) isOpen = take(event, { execution: number, index: event.index });
      }
    }
  }
  if (!isForward) taken.reverse();
  const last = taken.at(-1);
  return {
    events: taken.map(({ event }) => event),
    first: taken[0]?.gap ?? from,
    last: last === undefined ? from : { execution: last.gap.execution, index: last.gap.index + 1 },
  };
}

function tokenOf(direction: 'f' | 'b', { execution, index }: Gap): string {
  return `${direction}/${execution}/${index}`;
}

function gapIn(token: string): Gap {
  const [, execution, index] = /^[fb]\/(\d{1,10})\/(\d{1,10})$/.exec(token) ?? [];
  if (index === undefined) throw invalid('The specified nextToken is invalid.');
  return { execution: Number(execution), index: Number(index) };
}
