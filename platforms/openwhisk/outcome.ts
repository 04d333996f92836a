import { endingOfStatus, failed, OK, type Ending } from '../http/status.js';

/** How an action was called: what a status means depends on it. */
export interface CallKind {
  /** whether the call waits for the result; a web action always does */
  blocking: boolean;
  web: boolean;
}

/**
 * What OpenWhisk's answer means. 202 to a blocking call: the action still runs after the 60 s for which the platform
 * waits. 502 (of a web action also 400) with an activation id: the function itself failed; without one it was the front.
 */
export function endingOfOpenWhisk(status: number, activationId: string | null, { blocking, web }: CallKind): Ending {
  if (status === 202) return blocking ? failed('still_running') : OK;
  if (activationId !== null && (status === 502 || (web && status === 400))) return failed('function_error');
  return endingOfStatus(status);
}
