import type { Flight } from '../../platforms/platform.js';

/** Records in columns, in the order in which they ended: the numbers cross the threads without being copied. */
export interface RecordBatch {
  count: number;
  /** NUMBERS_PER_RECORD for each, see there; absent = NaN */
  numbers: Float64Array<ArrayBuffer>;
  /** by place in the batch, where there is one */
  errors: Map<number, string>;
  /** null where no record of the batch has one */
  activationIds: (string | null)[] | null;
  /** what was kept of answers, by place in the batch */
  kept: Map<number, KeptAnswer>;
}

export interface KeptAnswer {
  body: string | null;
  truncated: boolean;
  report: string | null;
  measuredIds: Flight['measuredIds'];
}

/**
 * seq, instance, planned, fired, sent, first byte, end (ms since plan zero), status, request bytes, response bytes; then
 * the place of the outcome in OUTCOMES.
 */
export const NUMBERS_PER_RECORD = 11;
export const OUTCOME_AT = 10;
export const OUTCOMES = ['ok', 'failed', 'dropped', 'lost'] as const;

/** Few enough that sending a batch holds up no row for long. */
const CAPACITY = 256;

export interface BatchWriter {
  readonly full: boolean;
  /** a flight with its answer, whose times are of `monotonicMs()`; plan zero on that axis */
  addLanded(flight: Flight, zeroMs: number): void;
  /** a flight without an end that anybody knows */
  addUnended(flight: Flight, outcome: 'dropped' | 'lost', error: string): void;
  /** the records since the last time, or null */
  take(): RecordBatch | null;
  /** the numbers of a batch that was read: they are filled again */
  giveBack(numbers: Float64Array<ArrayBuffer>): void;
}

export function batchWriter(): BatchWriter {
  const spent: Float64Array<ArrayBuffer>[] = [];
  let batch = emptyBatch(spent.pop());

  /** What every record has; the rest stays NaN, which is absent. */
  function begin({ seq, instance, plannedMs, firedMs }: Flight, outcome: number, error: string | null): number {
    const { numbers, count } = batch;
    const at = count * NUMBERS_PER_RECORD;
    numbers[at] = seq;
    numbers[at + 1] = instance;
    numbers[at + 2] = plannedMs;
    numbers[at + 3] = firedMs;
    numbers[at + OUTCOME_AT] = outcome;
    if (error !== null) batch.errors.set(count, error);
    batch.count += 1;
    return at;
  }
  return {
    get full() {
      return batch.count === CAPACITY;
    },
    addLanded(flight, zeroMs) {
      const place = batch.count;
      const at = begin(flight, OUTCOMES.indexOf(flight.outcome), flight.error);
      const { numbers } = batch;
      numbers[at + 4] = flight.sentMs === null ? NaN : flight.sentMs - zeroMs;
      numbers[at + 5] = flight.firstByteMs === null ? NaN : flight.firstByteMs - zeroMs;
      numbers[at + 6] = flight.endMs - zeroMs;
      numbers[at + 7] = flight.status ?? NaN;
      numbers[at + 8] = flight.requestBytes;
      numbers[at + 9] = flight.responseBytes ?? NaN;
      const { activationId, body, truncated, report, measuredIds } = flight;
      if (activationId !== null) {
        batch.activationIds ??= Array.from({ length: CAPACITY }, () => null);
        batch.activationIds[place] = activationId;
      }
      if (body !== null || report !== null) batch.kept.set(place, { body, truncated, report, measuredIds });
    },
    addUnended: (flight, outcome, error) => void begin(flight, OUTCOMES.indexOf(outcome), error),
    take() {
      if (batch.count === 0) return null;
      const taken = batch;
      batch = emptyBatch(spent.pop());
      return taken;
    },
    giveBack: (numbers) => void spent.push(numbers),
  };
}

function emptyBatch(numbers = new Float64Array(CAPACITY * NUMBERS_PER_RECORD)): RecordBatch {
  numbers.fill(NaN);
  return { count: 0, numbers, errors: new Map(), activationIds: null, kept: new Map() };
}
