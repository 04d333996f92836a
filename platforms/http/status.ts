import type { Answer, Flight } from '../platform.js';
import type { Reply } from './exchange.js';

/** How an invocation ended: `ok` without an error, or `failed` with one. */
export type Ending = Pick<Answer, 'outcome' | 'error'>;

export const OK: Ending = { outcome: 'ok', error: null };

const FAILURES = new Map<string, Ending>();

/** The same object for the same error: a platform that fails is asked as often as one that does not. */
export function failed(error: string): Ending {
  const known = FAILURES.get(error);
  if (known !== undefined) return known;
  const ending: Ending = { outcome: 'failed', error };
  FAILURES.set(error, ending);
  return ending;
}

/** What a status says by HTTP's own meaning; platforms put their exceptions before it. */
export function endingOfStatus(status: number): Ending {
  if (status >= 200 && status < 300) return OK;
  if (status >= 300 && status < 400) return failed('redirect');
  if (status === 429) return failed('throttled');
  if (status >= 400 && status < 500) return failed('client_error');
  return failed('server_error');
}

/** Writes a reply that ended so into its flight; what only some platforms tell is cleared, for them to write after it. */
export function writeAnswer(flight: Flight, reply: Reply, { outcome, error }: Ending): void {
  flight.outcome = outcome;
  flight.error = error;
  flight.status = reply.status;
  flight.sentMs = reply.sentMs;
  flight.firstByteMs = reply.firstByteMs;
  flight.endMs = reply.endMs;
  flight.responseBytes = reply.responseBytes;
  flight.activationId = null;
  flight.body = null;
  flight.truncated = false;
  flight.report = null;
  flight.measuredIds = null;
}
