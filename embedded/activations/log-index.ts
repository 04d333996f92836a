import type { LogRecord } from './log-record.js';
import { createSortedRows, type SortedRows } from './order.js';

/** Where the log of one execution lies in the file, and when it happened. */
export interface LogRow {
  row: number;
  offset: number;
  length: number;
  firstMs: number;
  lastMs: number;
  ingestedMs: number;
}

/** The log of one instance. */
export interface LogStream {
  name: string;
  createdMs: number;
  firstMs: number;
  lastMs: number;
  lastIngestedMs: number;
  /** in the order in which they were written down */
  rows: number[];
}

/** The logs of one function. */
export interface LogGroup {
  name: string;
  createdMs: number;
  storedBytes: number;
  streams: ReadonlyMap<string, LogStream>;
  row(row: number): LogRow;
  firstMs(row: number): number;
  lastMs(row: number): number;
  /** rows by the time of their first entry */
  byTime: SortedRows;
  /** no execution's log is longer than this, ms */
  longestMs: number;
}

/** The log groups by name: of each execution about 50 bytes, the rest is on disk. */
export interface LogIndex {
  readonly groups: ReadonlyMap<string, LogGroup>;
  add(record: LogRecord, offset: number, length: number): void;
}

export function createLogIndex(): LogIndex {
  const groups = new Map<string, ReturnType<typeof createGroup>>();
  return {
    groups,
    add(record, offset, length) {
      let group = groups.get(record.group);
      if (group === undefined) groups.set(record.group, (group = createGroup(record)));
      group.add(record, offset, length);
    },
  };
}

const FIELDS = 5;

function createGroup({ group: name, ingestedMs: createdMs }: LogRecord) {
  /** offset, length, first, last, ingested of each row, one after another */
  let fields = new Float64Array(64 * FIELDS);
  let count = 0;
  const streams = new Map<string, LogStream>();
  const byTime = createSortedRows((a, b) => fields[a * FIELDS + 2]! - fields[b * FIELDS + 2]! || a - b);
  return {
    name,
    createdMs,
    storedBytes: 0,
    streams,
    byTime,
    longestMs: 0,
    firstMs: (row: number): number => fields[row * FIELDS + 2]!,
    lastMs: (row: number): number => fields[row * FIELDS + 3]!,
    row(row: number): LogRow {
      const [offset, length, firstMs, lastMs, ingestedMs] = fields.subarray(row * FIELDS, (row + 1) * FIELDS);
      return { row, offset: offset!, length: length!, firstMs: firstMs!, lastMs: lastMs!, ingestedMs: ingestedMs! };
    },
    add({ stream: streamName, entries, ingestedMs }: LogRecord, offset: number, length: number): void {
      const firstMs = entries[0]![0];
      const lastMs = entries.at(-1)![0];
      if ((count + 1) * FIELDS > fields.length) {
        const wider = new Float64Array(fields.length * 2);
        wider.set(fields);
        fields = wider;
      }
      fields.set([offset, length, firstMs, lastMs, ingestedMs], count * FIELDS);
      byTime.insert(count);
      let stream = streams.get(streamName);
      if (stream === undefined) {
        stream = { name: streamName, createdMs: ingestedMs, firstMs, lastMs, lastIngestedMs: ingestedMs, rows: [] };
        streams.set(streamName, stream);
      }
      stream.rows.push(count);
      stream.firstMs = Math.min(stream.firstMs, firstMs);
      stream.lastMs = Math.max(stream.lastMs, lastMs);
      stream.lastIngestedMs = ingestedMs;
      this.longestMs = Math.max(this.longestMs, lastMs - firstMs);
      for (const [, message] of entries) this.storedBytes += Buffer.byteLength(message) + 26;
      count += 1;
    },
  };
}
