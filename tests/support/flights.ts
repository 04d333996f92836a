import { emptyFlight, type Flight, type InvocationPort } from '../../platforms/platform.js';

/** Sends one invocation and waits for its answer. */
export function sentBy(port: InvocationPort, given: Partial<Flight> = {}): Promise<Flight> {
  return new Promise((landed) => port.send({ ...emptyFlight(), ...given }, landed));
}
