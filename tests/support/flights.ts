import fc from 'fast-check';
import { emptyFlight, type Flight, type InvocationPort } from '../../platforms/platform.js';

/** Sends one invocation and waits for its answer. */
export function sentBy(port: InvocationPort, given: Partial<Flight> = {}): Promise<Flight> {
  return new Promise((landed) => port.send({ ...emptyFlight(), ...given }, landed));
}

const maybe = (arbitrary: fc.Arbitrary<number>) => fc.option(arbitrary, { nil: null });
/** In whole microseconds, as far as a double holds them: what is written with three decimals comes back the same. */
const time = fc.integer({ min: -10_000, max: 1e12 }).map((us) => us / 1_000);
const text = fc.option(fc.string({ unit: 'binary' }), { nil: null });

/** A flight with its answer, on an axis on which plan zero is 0. */
export const flightArbitrary: fc.Arbitrary<Flight> = fc.record(
  {
    seq: fc.nat(),
    instance: fc.nat(2),
    input: fc.nat(),
    plannedMs: time,
    firedMs: time,
    sentMs: maybe(time),
    firstByteMs: maybe(time),
    endMs: time,
    outcome: fc.constantFrom('ok', 'failed', 'lost'),
    error: text,
    status: maybe(fc.integer({ min: 100, max: 599 })),
    activationId: text,
    requestBytes: fc.nat(),
    responseBytes: maybe(fc.nat()),
    body: text,
    truncated: fc.constant(false),
    report: text,
    measuredIds: fc.constant(null),
  },
  { noNullPrototype: true },
);
