import type { Answer } from '../../platforms/platform.js';

/** Records in columns: numbers cross the threads without being copied. Absent numbers are NaN. */
export interface RecordBatch {
  count: number;
  numbers: Float64Array;
  errors: (string | null)[];
  activationIds: (string | null)[];
  /** of the rows whose endpoint keeps bodies, by position in the batch */
  bodies: Map<number, { body: string; truncated: boolean }>;
}

/** One planned invocation and what came of it; times in ms since plan zero. */
export interface FiredRecord {
  seq: number;
  instance: number;
  plannedMs: number;
  firedMs: number | null;
  sentMs: number | null;
  firstByteMs: number | null;
  endMs: number | null;
  outcome: Answer['outcome'] | 'dropped';
  error: string | null;
  status: number | null;
  activationId: string | null;
  requestBytes: number | null;
  responseBytes: number | null;
  body?: string;
  truncated?: boolean;
}

const OUTCOMES = ['ok', 'failed', 'dropped', 'lost'] as const;
const NUMBERS_PER_RECORD = 11;
const CAPACITY = 1_024;

export interface BatchWriter {
  readonly full: boolean;
  add(record: FiredRecord): void;
  /** the records since the last time, or null */
  take(): RecordBatch | null;
}

export function batchWriter(): BatchWriter {
  let batch = emptyBatch();
  return {
    get full() {
      return batch.count === CAPACITY;
    },
    add(record) {
      const { numbers } = batch;
      const at = batch.count * NUMBERS_PER_RECORD;
      numbers[at] = record.seq;
      numbers[at + 1] = record.instance;
      numbers[at + 2] = record.plannedMs;
      numbers[at + 3] = record.firedMs ?? NaN;
      numbers[at + 4] = record.sentMs ?? NaN;
      numbers[at + 5] = record.firstByteMs ?? NaN;
      numbers[at + 6] = record.endMs ?? NaN;
      numbers[at + 7] = OUTCOMES.indexOf(record.outcome);
      numbers[at + 8] = record.status ?? NaN;
      numbers[at + 9] = record.requestBytes ?? NaN;
      numbers[at + 10] = record.responseBytes ?? NaN;
      batch.errors.push(record.error);
      batch.activationIds.push(record.activationId);
      if (record.body !== undefined) {
        batch.bodies.set(batch.count, { body: record.body, truncated: record.truncated ?? false });
      }
      batch.count += 1;
    },
    take() {
      if (batch.count === 0) return null;
      const taken = batch;
      batch = emptyBatch();
      return taken;
    },
  };
}

function emptyBatch(): RecordBatch {
  const numbers = new Float64Array(CAPACITY * NUMBERS_PER_RECORD);
  return { count: 0, numbers, errors: [], activationIds: [], bodies: new Map() };
}

/** The records of a batch, in the order in which they ended. */
export function* recordsOf({ count, numbers, errors, activationIds, bodies }: RecordBatch): Generator<FiredRecord> {
  for (let i = 0; i < count; i += 1) {
    const at = i * NUMBERS_PER_RECORD;
    yield {
      seq: numbers[at]!,
      instance: numbers[at + 1]!,
      plannedMs: numbers[at + 2]!,
      firedMs: nullable(numbers[at + 3]!),
      sentMs: nullable(numbers[at + 4]!),
      firstByteMs: nullable(numbers[at + 5]!),
      endMs: nullable(numbers[at + 6]!),
      outcome: OUTCOMES[numbers[at + 7]!]!,
      error: errors[i]!,
      status: nullable(numbers[at + 8]!),
      activationId: activationIds[i]!,
      requestBytes: nullable(numbers[at + 9]!),
      responseBytes: nullable(numbers[at + 10]!),
      ...bodies.get(i),
    };
  }
}

function nullable(number: number): number | null {
  return Number.isNaN(number) ? null : number;
}
