import { randomBytes } from 'node:crypto';
import type { FilledCouchDb } from '../support/couchdb-path.js';
import type { OpenWhiskDocument } from '../support/openwhisk-documents.js';

export interface CouchDbServer {
  /** without user info */
  url: string;
  /** of an administrator */
  username: string;
  password: string;
}

/** OpenWhisk's view of activations by their start, written afresh: key = start, value = [id, revision], no reduce. */
export const DESIGN = {
  language: 'javascript',
  views: {
    byDate: { map: 'function (doc) { if (doc.activationId !== undefined) emit(doc.start, [doc._id, doc._rev]); }' },
  },
};

const DOCUMENTS_AT_ONCE = 2_000;

/**
 * Makes a database of a random name on a real CouchDB and fills it as OpenWhisk would have; `close` deletes it. Whatever
 * else the server holds is never written to: only a database that this call itself created is filled and deleted.
 * @throws Error if such a database is there already, or none can be created
 */
export async function openScratchDatabase(
  { url, username, password }: CouchDbServer,
  documents: readonly OpenWhiskDocument[],
  onCreated: (place: string) => void = () => undefined,
): Promise<FilledCouchDb> {
  const database = `faaslab_scratch_${randomBytes(8).toString('hex')}_activations`;
  const authorization = `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
  async function ask(method: string, path: string, body?: unknown): Promise<{ status: number; text: string }> {
    const headers = { authorization, 'content-type': 'application/json' };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await fetch(`${url}/${database}${path}`, { method, headers, ...sent });
    return { status: answer.status, text: await answer.text() };
  }
  async function written(method: string, path: string, body: unknown): Promise<string> {
    const { status, text } = await ask(method, path, body);
    if (status >= 300) throw new Error(`${url}/${database}${path}: CouchDB answers ${status} ${text.trim()}`);
    return text;
  }

  const created = await ask('PUT', '');
  if (created.status === 412)
    throw new Error(`${url}/${database}: there is such a database already; it was not touched`);
  if (created.status !== 201 && created.status !== 202) {
    throw new Error(
      `${url}: no database can be created there (${created.status} ${created.text.trim()}): set COUCHDB_USER and COUCHDB_PASSWORD to an administrator's`,
    );
  }
  onCreated(`${url}/${database}`);
  const remove = async (): Promise<void> => void (await written('DELETE', '', undefined));
  try {
    await written('PUT', '/_design/activations', DESIGN);
    for (let from = 0; from < documents.length; from += DOCUMENTS_AT_ONCE) {
      // A revision is CouchDB's to give.
      const docs = documents.slice(from, from + DOCUMENTS_AT_ONCE).map(withoutRevision);
      const results = JSON.parse(await written('POST', '/_bulk_docs', { docs })) as { id: string; error?: string }[];
      const refused = results.find(({ error }) => error !== undefined);
      if (refused !== undefined) throw new Error(`${url}/${database}/${refused.id}: CouchDB answers ${refused.error}`);
    }
  } catch (error) {
    await remove();
    throw error;
  }
  return { access: { url, username, password, database }, close: remove };
}

function withoutRevision(document: OpenWhiskDocument): object {
  return Object.fromEntries(Object.entries(document).filter(([field]) => field !== '_rev'));
}
