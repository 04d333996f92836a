import { setTimeout as sleep } from 'node:timers/promises';
import { faultOf, permanentFault, type CouchDbClient, type CouchDbFault } from './couchdb-client.js';
import { indexedShare } from './couchdb-indexing.js';

export interface Patience {
  onWarning: (warning: string) => void;
  /** pause before asking again, ms; doubles with each try */
  pauseMs?: number;
  /** how often to say how far an index is, ms */
  tellEveryMs?: number;
  /** a request failed and is asked again; that an index is being built is no failure */
  onRepeat?: () => void;
  /** ends the patience */
  signal?: AbortSignal | undefined;
}

/** An index over millions of documents takes minutes; half an hour in which it comes no further is a fault. */
const INDEX_PATIENCE_MS = 30 * 60_000;
const TRIES = 6;

/**
 * Asks one request until it is answered; it must throw what nano threw, and return undefined for an answer that broke off.
 * @throws PlatformError for what asking again cannot mend
 */
export type PatientAsk = <Answered>(request: () => Promise<Answered | undefined>) => Promise<Answered>;

/**
 * `500 timeout` says that the index is still being built, and building goes on while we wait. A connection that is lost,
 * or another 5xx, is asked again some times from where the caller stood; one that never came about is not.
 */
export function patientAsk(
  client: CouchDbClient,
  { onWarning, pauseMs = 500, tellEveryMs = 60_000, onRepeat, signal }: Patience,
): PatientAsk {
  let everAnswered = false;
  let toldAt = -Infinity;
  let share = -1;
  const pause = (ms: number): Promise<void> => sleep(ms, undefined, signal === undefined ? {} : { signal });

  /** Says how far the index is, now and then. @returns whether it came further since the last time */
  async function tellOfIndex(): Promise<boolean> {
    if (performance.now() - toldAt < tellEveryMs) return false;
    toldAt = performance.now();
    const now = await indexedShare(client);
    const shown = now === null ? '' : `, ${Math.floor(100 * now)} % done`;
    onWarning(`${client.place}: its index is still being built (500 timeout${shown}); waiting for it`);
    const isFurther = now !== null && now !== share;
    share = now ?? share;
    return isFurther;
  }

  return async (request) => {
    let began = performance.now();
    for (let tries = 1; ;) {
      const { answer, fault } = await attempt(request);
      if (fault === null) {
        everAnswered = true;
        return answer!;
      }
      // It may be this that ended the request.
      signal?.throwIfAborted();
      everAnswered ||= fault.status !== null || fault === BROKEN_OFF;
      if (isIndexing(fault) && performance.now() - began < INDEX_PATIENCE_MS) {
        if (await tellOfIndex()) began = performance.now();
        await pause(pauseMs);
        continue;
      }
      if (!everAnswered || !isPassing(fault) || tries === TRIES) throw await permanentFault(client, fault);
      onRepeat?.();
      await pause(pauseMs * 2 ** (tries - 1));
      tries += 1;
    }
  };
}

/** Somebody was there, though: the first answer of all may be lost as well as any other. */
const BROKEN_OFF: CouchDbFault = { status: null, word: null, reason: 'its answer broke off' };

async function attempt<Answered>(
  request: () => Promise<Answered | undefined>,
): Promise<{ answer?: Answered; fault: CouchDbFault | null }> {
  try {
    const answer = await request();
    return answer === undefined ? { fault: BROKEN_OFF } : { answer, fault: null };
  } catch (error) {
    return { fault: faultOf(error) };
  }
}

function isIndexing({ status, word }: CouchDbFault): boolean {
  return status === 500 && word === 'timeout';
}

function isPassing({ status }: CouchDbFault): boolean {
  return status === null || status >= 500 || status === 429;
}
