import fc from 'fast-check';
import { expect, test } from 'vitest';
import { batchWriter, NUMBERS_PER_RECORD, OUTCOME_AT, OUTCOMES } from '../../../invoker/firing/record-batch.js';
import { invocationLines } from '../../../records/invocation-lines.js';
import { invocationLine, type InvocationRow } from '../../../records/invocations.js';
import { type Flight } from '../../../platforms/platform.js';
import { flightArbitrary } from '../../support/flights.js';

const INSTANCES = [
  { name: 'a', function: 'hello' },
  { name: 'b, "quoted"', function: 'ns/ü' },
  { name: 'c\nd', function: '' },
];

/** What the journal gets of a batch that has crossed the threads. */
function journalOf(writer: ReturnType<typeof batchWriter>): string {
  const { count, numbers, errors, activationIds } = structuredClone(writer.take()!);
  const lines = invocationLines(INSTANCES);
  for (let i = 0; i < count; i += 1) {
    const at = i * NUMBERS_PER_RECORD;
    lines.add(numbers, at, OUTCOMES[numbers[at + OUTCOME_AT]!]!, errors.get(i) ?? null, activationIds?.[i] ?? null);
  }
  return lines.take().toString('utf8');
}

function rowOf(flight: Flight): InvocationRow {
  const { name, function: application } = INSTANCES[flight.instance]!;
  return {
    seq: flight.seq,
    instance: name,
    function: application,
    planned_ms: flight.plannedMs,
    fired_ms: flight.firedMs,
    sent_ms: flight.sentMs,
    first_byte_ms: flight.firstByteMs,
    end_ms: flight.endMs,
    outcome: flight.outcome,
    error: flight.error,
    status: flight.status,
    activation_id: flight.activationId,
    request_bytes: flight.requestBytes,
    response_bytes: flight.responseBytes,
  };
}

test('flights reach the journal as the rows that they are, absent values as empty fields', () => {
  fc.assert(
    fc.property(fc.array(flightArbitrary, { minLength: 1, maxLength: 20 }), (flights) => {
      const writer = batchWriter();
      for (const flight of flights) writer.addLanded(flight, 0);
      expect(journalOf(writer)).toBe(flights.map((flight) => invocationLine(rowOf(flight))).join(''));
      expect(writer.take()).toBeNull();
    }),
  );
});

test('times of ports are put on the axis of the plan, those of the row are on it already', () => {
  const [flight] = fc.sample(flightArbitrary, { numRuns: 1, seed: 1 });
  const writer = batchWriter();
  writer.addLanded({ ...flight!, plannedMs: 1, firedMs: 2, sentMs: 1_003, firstByteMs: 1_004, endMs: 1_005 }, 1_000);
  expect([...writer.take()!.numbers.subarray(2, 7)]).toEqual([1, 2, 3, 4, 5]);
});

test('a flight without an end has its place, its time and why, and nothing that it knew of an earlier answer', () => {
  fc.assert(
    fc.property(flightArbitrary, (flight) => {
      const writer = batchWriter();
      writer.addUnended(flight, 'dropped', 'in_flight_limit');
      const nothing = { sent_ms: null, first_byte_ms: null, end_ms: null, status: null, activation_id: null };
      const unended: InvocationRow = {
        ...rowOf(flight),
        ...nothing,
        outcome: 'dropped',
        error: 'in_flight_limit',
        request_bytes: null,
        response_bytes: null,
      };
      expect(journalOf(writer)).toBe(invocationLine(unended));
    }),
  );
});

test('what was kept of answers stays with their records', () => {
  const writer = batchWriter();
  const [flight] = fc.sample(flightArbitrary, { numRuns: 1, seed: 1 });
  const measuredIds = { exist_id: 'a', new_id: 'b' };
  writer.addLanded({ ...flight!, body: null, report: null }, 0);
  writer.addLanded({ ...flight!, body: 'x', truncated: true, report: null, measuredIds }, 0);
  writer.addLanded({ ...flight!, body: null, report: 'REPORT' }, 0);
  expect([...writer.take()!.kept]).toEqual([
    [1, { body: 'x', truncated: true, report: null, measuredIds }],
    [2, { body: null, truncated: false, report: 'REPORT', measuredIds: null }],
  ]);
});
