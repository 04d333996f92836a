import type { Answer, Flight } from '../platform.js';
import type { Reply } from './exchange.js';

/** How an invocation ended: `ok` without an error, or `failed` with one. */
export type Ending = Pick<Answer, 'outcome' | 'error'>;

export const OK: Ending = { outcome: 'ok', error: null };

export function failed(error: string): Ending {
  return { outcome: 'failed', error };
}

/** What a status says by HTTP's own meaning; platforms put their exceptions before it. */
export function endingOfStatus(status: number): Ending {
  if (status >= 200 && status < 300) return OK;
  if (status >= 300 && status < 400) return failed('redirect');
  if (status === 429) return failed('throttled');
  if (status >= 400 && status < 500) return failed('client_error');
  return failed('server_error');
}

/** Writes the answer of a reply that ended so into a flight; `activationId` where the platform gave one. */
export function writeAnswer(
  flight: Flight,
  reply: Reply,
  ending: Ending,
  activationId: string | null,
  requestBytes: number,
): void {
  flight.outcome = ending.outcome;
  flight.error = ending.error;
  flight.status = reply.status;
  flight.activationId = activationId;
  flight.sentMs = reply.sentMs;
  flight.firstByteMs = reply.firstByteMs;
  flight.endMs = reply.endMs;
  flight.requestBytes = requestBytes;
  flight.responseBytes = reply.responseBytes;
  flight.body = null;
  flight.truncated = false;
  flight.report = null;
}
