import { monotonicMs } from '../../common/clock.js';
import type { InvocationPort } from '../../platforms/platform.js';
import { fireRows } from './fire-rows.js';

const ROWS = 4_000;
const ROWS_PER_CHUNK = 1_000;
/** Between two rows: some are due together, some are waited for. */
const GAP_US = 30;

/**
 * Fires a plan at a port that answers at once, and forgets the records: code that never ran is interpreted, and would make the first
 * rows of a fast test late.
 */
export async function rehearseFiring(): Promise<void> {
  const port: InvocationPort = {
    warm: async () => undefined,
    send(flight, landed) {
      flight.sentMs = monotonicMs();
      flight.endMs = flight.sentMs;
      setImmediate(landed, flight);
    },
    close: async () => undefined,
  };
  await new Promise<void>((ended) => {
    const order = fireRows(port, ROWS, () => undefined, ended);
    for (let firstSeq = 0; firstSeq < ROWS; firstSeq += ROWS_PER_CHUNK) {
      const plannedUs = Float64Array.from({ length: ROWS_PER_CHUNK }, (_, i) => (firstSeq + i) * GAP_US);
      const last = firstSeq + ROWS_PER_CHUNK === ROWS;
      const chunk = {
        firstSeq,
        plannedUs,
        instance: new Uint32Array(ROWS_PER_CHUNK),
        input: new Float64Array(ROWS_PER_CHUNK),
        last,
      };
      order({ type: 'rows', chunk });
    }
    order({ type: 'start', zeroMs: monotonicMs() + 1 });
  });
}
