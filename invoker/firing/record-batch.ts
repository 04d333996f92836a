import type { Answer, Flight } from '../../platforms/platform.js';

/** Records in columns: numbers cross the threads without being copied. Absent numbers are NaN. */
export interface RecordBatch {
  count: number;
  numbers: Float64Array;
  errors: (string | null)[];
  activationIds: (string | null)[];
  /** what was kept of answers, by position in the batch */
  kept: Map<number, { body: string | null; truncated: boolean; report: string | null }>;
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
  outcome: Outcome;
  error: string | null;
  status: number | null;
  activationId: string | null;
  requestBytes: number | null;
  responseBytes: number | null;
  body: string | null;
  truncated: boolean;
  report: string | null;
}

type Outcome = Answer['outcome'] | 'dropped';

const OUTCOMES = ['ok', 'failed', 'dropped', 'lost'] as const;
const NUMBERS_PER_RECORD = 11;
const CAPACITY = 1_024;

export interface BatchWriter {
  readonly full: boolean;
  /** a flight with its answer, whose times are of `monotonicMs()`; plan zero on that axis */
  addLanded(flight: Flight, zeroMs: number): void;
  /** a flight without an end that anybody knows */
  addUnended(flight: Flight, outcome: 'dropped' | 'lost', error: string): void;
  /** the records since the last time, or null */
  take(): RecordBatch | null;
}

export function batchWriter(): BatchWriter {
  let batch = emptyBatch();

  /** What every record has; the rest stays NaN, which is absent. */
  function begin({ seq, instance, plannedMs, firedMs }: Flight, outcome: Outcome, error: string | null): number {
    const { numbers } = batch;
    const at = batch.count * NUMBERS_PER_RECORD;
    numbers[at] = seq;
    numbers[at + 1] = instance;
    numbers[at + 2] = plannedMs;
    numbers[at + 3] = firedMs;
    numbers[at + 7] = OUTCOMES.indexOf(outcome);
    batch.errors.push(error);
    batch.count += 1;
    return at;
  }
  return {
    get full() {
      return batch.count === CAPACITY;
    },
    addLanded(flight, zeroMs) {
      const place = batch.count;
      const at = begin(flight, flight.outcome, flight.error);
      const { numbers } = batch;
      numbers[at + 4] = flight.sentMs === null ? NaN : flight.sentMs - zeroMs;
      numbers[at + 5] = flight.firstByteMs === null ? NaN : flight.firstByteMs - zeroMs;
      numbers[at + 6] = flight.endMs - zeroMs;
      numbers[at + 8] = flight.status ?? NaN;
      numbers[at + 9] = flight.requestBytes;
      numbers[at + 10] = flight.responseBytes ?? NaN;
      batch.activationIds.push(flight.activationId);
      const { body, truncated, report } = flight;
      if (body !== null || report !== null) batch.kept.set(place, { body, truncated, report });
    },
    addUnended(flight, outcome, error) {
      begin(flight, outcome, error);
      batch.activationIds.push(null);
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
  const numbers = new Float64Array(CAPACITY * NUMBERS_PER_RECORD).fill(NaN);
  return { count: 0, numbers, errors: [], activationIds: [], kept: new Map() };
}

const NOT_KEPT = { body: null, truncated: false, report: null };

/** The records of a batch, in the order in which they ended. */
export function* recordsOf({ count, numbers, errors, activationIds, kept }: RecordBatch): Generator<FiredRecord> {
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
      ...(kept.get(i) ?? NOT_KEPT),
    };
  }
}

function nullable(number: number): number | null {
  return Number.isNaN(number) ? null : number;
}
