import { join } from 'node:path';
import { truthLine } from '../truth.js';
import type { Activation } from './activation.js';
import { createColumns, type ActivationColumns, type ActivationEntry } from './columns.js';
import { documentOf, type StoredDocument } from './document.js';
import { openJournal, type Journal } from './journal.js';
import { createLogIndex, type LogIndex } from './log-index.js';
import { isLogRecord, logRecordJson, logRecordOf, type LogRecord } from './log-record.js';
import { createSortedRows, type SortedRows } from './order.js';
import { executionParts, filterName, type RecordParts } from './parts.js';
import { responseOf } from './response.js';

/**
 * The activations in a file, an index of them in memory: OpenWhisk's as documents of its database, Lambda's as their logs.
 * What is in an index is on disk and in truth.ndjson.
 */
export interface ActivationStore {
  /** Keeps a finished activation. It appears a moment later, as in the real system, after its caller was answered. */
  add(activation: Activation): void;
  /**
   * Keeps the record of what executes nothing by itself, a sequence or a trigger, once it is there: closing waits for it. It
   * has no line in truth.ndjson.
   * @param record never rejects
   */
  addRecord(record: Promise<RecordParts>): void;
  /** Entries by row. */
  readonly columns: ActivationColumns;
  /** Rows by (start, id). */
  readonly byStart: SortedRows;
  /** The texts of the documents of these entries, in their order. */
  documents(entries: readonly Place[]): Promise<string[]>;
  /** The logs of Lambda's functions. */
  readonly logs: LogIndex;
  find(activationId: string): ActivationEntry | undefined;
  /** size of all documents */
  bytes(): number;
  /** Settles when a record could not be written, with the reason: the disk is full, the folder gone. */
  readonly failure: Promise<Error>;
  /** Writes what waits. */
  close(): Promise<void>;
}

/** Where a text lies in the file, bytes. */
export interface Place {
  offset: number;
  length: number;
}

/** Finished activations are written together, this often. */
const WRITE_EVERY_MS = 10;
/** Documents that lie at most this far apart are read in one go. */
const READ_GAP_BYTES = 64 * 1024;

/** Opens the store of a state folder. */
export async function openActivationStore(folder: string): Promise<ActivationStore> {
  const columns = createColumns();
  const byStart = createSortedRows((a, b) => columns.start(a) - columns.start(b) || columns.compareIds(a, b));
  const logs = createLogIndex();
  const journal = await openJournal(join(folder, 'activations.ndjson'), (line, offset, length) => {
    if (isLogRecord(line)) logs.add(JSON.parse(line) as LogRecord, offset, length);
    else index(columns, byStart, { ...summaryOf(line), offset, length });
  });
  const truth = await openJournal(join(folder, 'truth.ndjson'));
  let waiting: Activation[] = [];
  let records: RecordParts[] = [];
  const expected = new Set<Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();
  let fail!: (reason: Error) => void;
  const failure = new Promise<Error>((resolve) => (fail = resolve));

  function write(): void {
    timer = undefined;
    const batch = waiting;
    const more = records;
    [waiting, records] = [[], []];
    writing = writing.then(() => writeBatch(batch, more)).catch(fail);
  }
  async function writeBatch(batch: readonly Activation[], more: readonly RecordParts[]): Promise<void> {
    const updatedMs = Date.now();
    const lines: KeptLine[] = [
      ...batch.flatMap((activation) => keptLines(activation, updatedMs)),
      ...more.map((parts) => documentOf(parts, updatedMs)),
    ];
    await truth.append(batch.map(truthLine).join(''));
    let offset = await journal.append(lines.map(({ json }) => `${json}\n`).join(''));
    for (const line of lines) {
      const length = Buffer.byteLength(line.json);
      if ('log' in line) logs.add(line.log, offset, length);
      else index(columns, byStart, { ...line, offset, length });
      offset += length + 1;
    }
  }

  return {
    columns,
    byStart,
    logs,
    add(activation) {
      waiting.push(activation);
      timer ??= setTimeout(write, WRITE_EVERY_MS);
    },
    addRecord(record) {
      const added = record.then((parts) => {
        expected.delete(added);
        records.push(parts);
        timer ??= setTimeout(write, WRITE_EVERY_MS);
      });
      expected.add(added);
    },
    documents: (entries) => readDocuments(journal, entries),
    find(activationId) {
      const row = columns.find(activationId);
      return row === undefined ? undefined : columns.entry(row);
    },
    bytes: () => journal.size(),
    failure,
    async close() {
      await Promise.all(expected);
      clearTimeout(timer);
      if (waiting.length + records.length > 0) write();
      await writing;
      await Promise.all([journal.close(), truth.close()]);
    },
  };
}

type KeptLine = StoredDocument | { json: string; log: LogRecord };

/** What the journal keeps of an activation: one line, unless a fault on purpose wants none or two. */
function keptLines(activation: Activation, nowMs: number): KeptLine[] {
  const { record, clockSkewMs } = activation.faults;
  const line = record === 'lost' ? null : keptLine(activation, nowMs, clockSkewMs);
  if (line === null) return [];
  return record === 'duplicated' ? [line, line] : [line];
}

/**
 * Of a function of OpenWhisk its document, of one of Lambda its log: each protocol's records show what was called by it, and
 * nothing of the other's.
 */
function keptLine(activation: Activation, nowMs: number, clockSkewMs: number): KeptLine | null {
  if (activation.fn.face === 'openwhisk') {
    return documentOf(executionParts(activation, responseOf(activation.outcome!)), nowMs + clockSkewMs);
  }
  const log = logRecordOf(activation, nowMs);
  return log === null ? null : { json: logRecordJson(log), log };
}

function index(columns: ActivationColumns, byStart: SortedRows, entry: ActivationEntry): void {
  byStart.insert(columns.add(entry));
}

function summaryOf(line: string): Omit<StoredDocument, 'json'> {
  const { _rev: revision, ...document } = JSON.parse(line) as {
    _rev: string;
    activationId: string;
    name: string;
    start: number;
    annotations?: { key: string; value: unknown }[];
    response?: { statusCode?: number };
  };
  // A state folder may hold documents of a real database, where triggers have no path and odd ones no response.
  const annotation = (name: string): unknown => document.annotations?.find(({ key }) => key === name)?.value;
  const path = annotation('path');
  const binding = annotation('binding');
  const ownName = typeof path === 'string' ? path.slice(path.indexOf('/') + 1) : document.name;
  return {
    activationId: document.activationId,
    revision: revision.slice(2),
    start: document.start,
    functionName: typeof binding === 'string' ? filterName(binding, document.name) : ownName,
    statusCode: document.response?.statusCode ?? 0,
  };
}

/** Reads documents in the order of the file, neighbours together, and returns them in the order asked for. */
async function readDocuments(journal: Journal, entries: readonly Place[]): Promise<string[]> {
  const places = entries.map((_, place) => place).sort((a, b) => entries[a]!.offset - entries[b]!.offset);
  const texts: string[] = [];
  for (let first = 0; first < places.length;) {
    let last = first;
    let end = endOf(entries[places[first]!]!);
    while (last + 1 < places.length && entries[places[last + 1]!]!.offset - end < READ_GAP_BYTES) {
      last += 1;
      end = endOf(entries[places[last]!]!);
    }
    const begin = entries[places[first]!]!.offset;
    const bytes = await journal.read(begin, end - begin);
    for (; first <= last; first += 1) {
      const { offset, length } = entries[places[first]!]!;
      texts[places[first]!] = bytes.toString('utf8', offset - begin, offset - begin + length);
    }
  }
  return texts;
}

function endOf({ offset, length }: Place): number {
  return offset + length;
}
