import { monotonicMs } from '../../common/clock.js';
import type { InvocationPort } from '../../platforms/platform.js';
import { fireRows } from './fire-rows.js';

const ROWS = 6_000;
const ROWS_PER_CHUNK = 1_000;
/** Some rows are due together, some are waited for. */
const GAP_US = 40;
const MOST_IN_FLIGHT = 32;
const CONNECTIONS = 16;

/**
 * Fires a plan that is forgotten, through all that a row of the test will go through: code that never ran is interpreted,
 * and would make the first rows of a fast test late.
 *
 * @param port a port like the test's, to a server that answers at once; null = one that answers by itself
 */
export async function rehearseFiring(port: InvocationPort | null): Promise<void> {
  const rehearsed = port ?? answeringPort();
  await rehearsed.warm(CONNECTIONS);
  await new Promise<void>((ended) => {
    const order = fireRows(rehearsed, MOST_IN_FLIGHT, () => undefined, ended);
    for (let firstSeq = 0; firstSeq < ROWS; firstSeq += ROWS_PER_CHUNK) {
      const chunk = {
        firstSeq,
        plannedUs: Float64Array.from({ length: ROWS_PER_CHUNK }, (_, i) => (firstSeq + i) * GAP_US),
        instance: new Uint32Array(ROWS_PER_CHUNK),
        input: new Float64Array(ROWS_PER_CHUNK),
        last: firstSeq + ROWS_PER_CHUNK === ROWS,
      };
      order({ type: 'rows', chunk });
    }
    order({ type: 'start', zeroMs: monotonicMs() + 1 });
  });
}

function answeringPort(): InvocationPort {
  return {
    warm: async () => undefined,
    send(flight, landed) {
      flight.sentMs = monotonicMs();
      flight.endMs = flight.sentMs;
      setImmediate(landed, flight);
    },
    close: async () => undefined,
  };
}
