import { join } from 'node:path';
import { truthLine } from '../truth.js';
import type { Activation } from './activation.js';
import { createColumns, type ActivationColumns, type ActivationEntry } from './columns.js';
import { documentOf } from './document.js';
import { openJournal } from './journal.js';
import { keptLines, summaryOf, type KeptLine } from './kept-lines.js';
import { createLogIndex, type LogIndex } from './log-index.js';
import { isLogRecord, type LogRecord } from './log-record.js';
import { createSortedRows, type SortedRows } from './order.js';
import type { RecordParts } from './parts.js';
import { readDocuments, type Place } from './read-documents.js';

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

/** Finished activations are written together, this often. */
const WRITE_EVERY_MS = 10;
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

function index(columns: ActivationColumns, byStart: SortedRows, entry: ActivationEntry): void {
  byStart.insert(columns.add(entry));
}
