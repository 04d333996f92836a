import { EXIT, FaaslabError } from './errors.js';
import { removeBegun } from './files.js';

/** How long what is under way may take to end by itself; a database that hangs, or a picture, would take longer. */
const GRACE_MS = 500;

const SAID = 'interrupted; nothing half-written is left';

class Interrupted extends FaaslabError {
  override readonly exitCode = EXIT.interrupted;
  override readonly name = 'Interrupted';
}

/**
 * Does work that Ctrl-C or SIGTERM ends at any point, with exit code 130 and nothing half-written. The signal asks
 * everything to stop; what does not within a moment is ended with the process. A second Ctrl-C ends it at once.
 *
 * @throws Interrupted
 */
export async function untilInterrupted<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const interrupt = new AbortController();
  const { signal } = interrupt;
  let isSaid = false;
  const endNow = (): void => {
    removeBegun();
    if (!isSaid) process.stderr.write(`${SAID}\n`);
    process.exit(EXIT.interrupted);
  };
  const onSignal = (): void => {
    if (signal.aborted) return endNow();
    // Without a hold on the process: where everything ends before, nobody waits for it.
    setTimeout(endNow, GRACE_MS).unref();
    interrupt.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  try {
    const result = await work(signal);
    signal.throwIfAborted();
    return result;
  } catch (error) {
    if (!signal.aborted) throw error;
    isSaid = true;
    throw new Interrupted(SAID);
  } finally {
    // After an interruption they stay: what still holds the process may be ended by a second Ctrl-C.
    if (!signal.aborted) {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    }
  }
}
