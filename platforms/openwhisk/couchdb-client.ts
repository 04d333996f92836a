import nano, { type DocumentScope, type ServerScope } from 'nano';
import { Agent } from 'undici';
import { PlatformError, messageOf } from '../../common/errors.js';
import type { CouchDbAccess } from '../access.js';
import { giveUpOn } from '../giving-up.js';

/** A connection to the database of activations. */
export interface CouchDbClient {
  /** `http://host:5984/whisk_local_activations`, for messages */
  readonly place: string;
  readonly database: DocumentScope<unknown>;
  readonly server: ServerScope;
  close(): Promise<void>;
}

/** How an answer of CouchDB failed, as far as nano tells. */
export interface CouchDbFault {
  /** null: there was no answer */
  status: number | null;
  /** CouchDB's word, e.g. `not_found`, `timeout` */
  word: string | null;
  reason: string;
}

/** CouchDB itself gives up after a minute; a scan without an index may take many. */
const ANSWER_TIMEOUT_MS = 15 * 60_000;

export function connectCouchDb(
  { url, username, password, database }: CouchDbAccess,
  insecure: boolean,
  signal?: AbortSignal,
): CouchDbClient {
  const agent = new Agent({
    headersTimeout: ANSWER_TIMEOUT_MS,
    bodyTimeout: ANSWER_TIMEOUT_MS,
    connect: { timeout: 10_000, rejectUnauthorized: !insecure },
  });
  const endGivingUp = giveUpOn(signal, agent);
  // The key goes into a header: in the URL it would stand in nano's error messages.
  const authorization = `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
  const headers = username === '' ? {} : { Authorization: authorization };
  // A path in the URL is a proxy's prefix, and not, as nano would have it, a database.
  const server = nano({ url, parseUrl: false, headers, agentOptions: agent } as unknown as nano.Configuration);
  return {
    place: `${url.replace(/\/+$/, '')}/${database}`,
    server,
    database: server.use(database),
    close() {
      endGivingUp();
      return agent.close();
    },
  };
}

/**
 * The list that an answer must hold; undefined where the answer broke off, of which nano makes an empty text.
 * @throws PlatformError if what answers is no CouchDB, which asking again cannot mend
 */
export function listIn(client: CouchDbClient, answer: unknown, field: string): unknown[] | undefined {
  if (answer === '') return undefined;
  const list = (answer as Record<string, unknown> | null)?.[field];
  if (Array.isArray(list)) return list;
  throw new PlatformError(`${client.place}: what answers there is no CouchDB (no list of ${field}); is the URL right?`);
}

/** What nano threw, taken apart; anything else is no fault of CouchDB and is thrown again. */
export function faultOf(error: unknown): CouchDbFault {
  if (!(error instanceof Error) || error instanceof PlatformError) throw error;
  const { statusCode, error: word, reason } = error as { statusCode?: number; error?: string; reason?: string };
  return { status: statusCode ?? null, word: word ?? null, reason: reason ?? messageOf(error) };
}

/**
 * A fault that asking again cannot mend, in words for the user; where the database is missing, with those that look like
 * one of activations.
 */
export async function permanentFault(client: CouchDbClient, { status, reason }: CouchDbFault): Promise<PlatformError> {
  const { place } = client;
  if (status === 401 || status === 403) {
    return new PlatformError(
      `${place}: CouchDB refuses these credentials (${status} ${reason}): set COUCHDB_USER and COUCHDB_PASSWORD, or --db-ini`,
    );
  }
  if (status === 404 && /database does not exist|no_db_file/i.test(reason)) {
    return new PlatformError(`${place}: there is no such database${await otherDatabases(client)}`);
  }
  if (status === null) {
    const why = reason.replace(/^error happened in your connection\. Reason: /, '');
    const todo = /certificate/i.test(why)
      ? 'if you trust the host, allow it with -i'
      : 'is it running, is the URL right?';
    return new PlatformError(`${place}: CouchDB cannot be reached (${why}); ${todo}`);
  }
  return new PlatformError(`${place}: CouchDB answers ${status} ${reason}`);
}

async function otherDatabases({ server }: CouchDbClient): Promise<string> {
  try {
    const names = (await server.db.list()).filter((name) => name.endsWith('_activations'));
    if (names.length === 0) return ', and none whose name ends in _activations; name it with --database';
    return `; name one with --database: ${names.join(', ')}`;
  } catch {
    // Listing needs an administrator's rights.
    return '; name another with --database (on Kubernetes it is often test_activations)';
  }
}
