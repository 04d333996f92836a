import { failed, type Ending } from '../http/status.js';
import { endingOfOpenWhisk } from '../openwhisk/outcome.js';

/** How a `wsk action invoke` ended. */
export interface WskExit {
  /** null where a signal ended it */
  exitCode: number | null;
  signal: string | null;
  /** what it said first, on stdout and on stderr: where an invocation was answered, one of them begins with its id */
  said: readonly string[];
}

/** What an invocation's row says of it. */
export interface WskEnding extends Ending {
  status: number | null;
  activationId: string | null;
}

/**
 * What the end of `wsk` means. It exits with 0 for any 2xx but a 202 to a blocking call, for which it exits with 202; with
 * the status less 256, as a byte, for any other HTTP status; with 1, 2 or 3 without one. Its own panics exit with 0, too,
 * but then it tells no activation id.
 */
export function endingOfWsk({ exitCode, signal, said }: WskExit, blocking: boolean): WskEnding {
  const activationId = activationIdIn(said);
  const status = statusOf(exitCode, blocking);
  if (status !== null) {
    // 2xx without an id is no answer of OpenWhisk.
    if (status < 300 && activationId === null) return { ...failed('protocol'), status: null, activationId };
    return { ...endingOfOpenWhisk(status, activationId, { blocking, web: false }), status, activationId };
  }
  return { ...failed(`exit_${exitCode ?? signal ?? 'unknown'}`), status: null, activationId };
}

/** The HTTP status that an exit code stands for; null where it stands for none. */
function statusOf(exitCode: number | null, blocking: boolean): number | null {
  if (exitCode === null) return null;
  if (exitCode === 0) return blocking ? 200 : 202;
  if (exitCode === 202 && blocking) return 202;
  const status = exitCode + 256;
  // Only statuses that exist: 143 is a shell's word for a SIGTERM, and no 399.
  const exists =
    (status >= 300 && status <= 308) || (status >= 400 && status <= 451) || (status >= 500 && status <= 511);
  return exists ? status : null;
}

/** `ok: invoked /_/hello with id 0123…`; in front of the id the name, in which anything may stand. */
const INVOKED = /^ok: invoked [^\n]* with id ([0-9a-f]{32})\s*$/m;

function activationIdIn(said: readonly string[]): string | null {
  for (const text of said) {
    const id = INVOKED.exec(text.slice(0, text.indexOf('\n') + 1 || undefined))?.[1];
    if (id !== undefined) return id;
  }
  return null;
}
