import type { LogGroup, LogRow } from '../../activations/log-index.js';
import type { LogRecord } from '../../activations/log-record.js';
import type { LogsFace } from './face.js';
import { rowBatches } from './row-batches.js';

/** One entry of a log group. */
export interface GroupEvent extends Position {
  message: string;
  stream: string;
  ingestedMs: number;
}

/** Orders all entries of a group: by time, then as they were written down. */
export interface Position {
  atMs: number;
  row: number;
  /** within its execution */
  index: number;
}

export interface EventsWanted {
  fromMs: number;
  /** included */
  toMs: number;
  /** what comes behind this; null = from the beginning */
  after: Position | null;
  visibleUntilMs: number;
}

/**
 * The entries of a group in order of time, interleaved over its streams, some at a time. Executions lie in the file by their
 * end and overlap, so what was read is held until no later execution can have an earlier entry. What is written down meanwhile
 * moves the places of the others: each step looks for its place anew, behind the execution that was looked at last.
 */
export async function* eventsOf(
  store: LogsFace['store'],
  group: LogGroup,
  wanted: EventsWanted,
): AsyncGenerator<GroupEvent[]> {
  const { fromMs, toMs, after, visibleUntilMs } = wanted;
  const beginMs = Math.max(fromMs, after?.atMs ?? -Infinity);
  const { byTime } = group;
  const nextBatch = rowBatches();
  let seen = { firstMs: beginMs - group.longestMs, row: -1 };
  let held: GroupEvent[] = [];
  for (;;) {
    let place = byTime.lowerBound((row) => (group.firstMs(row) - seen.firstMs || row - seen.row) <= 0);
    const batch = nextBatch();
    for (; !batch.isFull && place < byTime.length; place += 1) {
      const number = byTime.at(place);
      if (group.firstMs(number) > toMs) break;
      seen = { firstMs: group.firstMs(number), row: number };
      // Most of what lies before the beginning is known to have ended there, without being read.
      if (group.lastMs(number) < beginMs) continue;
      const row = group.row(number);
      if (row.ingestedMs <= visibleUntilMs) batch.add(row);
    }
    const next = place < byTime.length ? group.firstMs(byTime.at(place)) : Infinity;
    const isLast = place >= byTime.length || next > toMs;
    for (const events of await readRows(store, batch.rows)) {
      for (const event of events) {
        if (event.atMs >= beginMs && event.atMs <= toMs && isBehind(event, after)) held.push(event);
      }
    }
    const ready = isLast ? held : held.filter(({ atMs }) => atMs < next);
    held = isLast ? [] : held.filter(({ atMs }) => atMs >= next);
    yield ready.sort(comparePositions);
    if (isLast) return;
  }
}

/** The entries of each of these executions. */
export async function readRows(store: LogsFace['store'], rows: readonly LogRow[]): Promise<GroupEvent[][]> {
  const texts = await store.documents(rows);
  return texts.map((text, i) => {
    const { stream, entries } = JSON.parse(text) as LogRecord;
    const { row, ingestedMs } = rows[i]!;
    return entries.map(([atMs, message], index) => ({ atMs, message, stream, ingestedMs, row, index }));
  });
}

function isBehind(event: Position, after: Position | null): boolean {
  return after === null || comparePositions(event, after) > 0;
}

export function comparePositions(a: Position, b: Position): number {
  return a.atMs - b.atMs || a.row - b.row || a.index - b.index;
}

export function isPosition(value: unknown): value is Position {
  if (typeof value !== 'object' || value === null) return false;
  const { atMs, row, index } = value as Record<string, unknown>;
  return [atMs, row, index].every(Number.isInteger);
}
