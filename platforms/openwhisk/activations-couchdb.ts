import type { CouchDbAccess } from '../access.js';
import type { ActivationReader, ActivationSource, EpochSpan } from '../platform.js';
import { neededOf, OPENWHISK_RECORDS } from './activation-records.js';
import { connectCouchDb } from './couchdb-client.js';
import { documentsOf, type Asked } from './couchdb-documents.js';
import { findPages } from './couchdb-find.js';
import { patientAsk } from './couchdb-patience.js';
import { idPages } from './couchdb-view.js';

export interface CouchDbOptions {
  insecure?: boolean;
  /** ids, or documents of `_find`, a page; larger ones cost the server less and both sides more memory */
  pageSize?: number;
  /** documents asked for by their ids at once */
  documentsAtOnce?: number;
  /** pause before a failed request is asked again, ms */
  pauseMs?: number;
}

/**
 * Activations from OpenWhisk's database, by the way that was fastest on a CouchDB 3.5 with a million documents: the ids of
 * the span from the view `byDate` (62,000–105,000 a second), then the documents of those that the run awaits, by
 * `_bulk_get` (4,800 a second; the view with `include_docs` gave 1,200–2,900). So the documents of other tests are never
 * sent, and to look again for late records costs the server no more than a list of ids. Where the view is missing, `_find`
 * with its bookmarks reads every document of the database: no index is made, for that would write to the user's database.
 */
export function couchDbActivations(access: CouchDbAccess, options: CouchDbOptions = {}): ActivationSource {
  const { insecure = false, pageSize = 10_000, documentsAtOnce = 1_000, pauseMs } = options;
  return {
    name: 'couchdb',
    place: `${access.url.replace(/\/+$/, '')}/${access.database}`,
    format: OPENWHISK_RECORDS,
    async *activations(span, reader) {
      const client = connectCouchDb(access, insecure);
      try {
        const { onWarning } = reader;
        const ask = patientAsk(client, { onWarning, ...(pauseMs === undefined ? {} : { pauseMs }) });
        for await (const documents of pagesOf({ client, ask }, span, reader, pageSize, documentsAtOnce)) {
          if (documents.length > 0) yield documents.map(neededOf);
        }
      } finally {
        await client.close();
      }
    },
  };
}

async function* pagesOf(
  asked: Asked,
  span: EpochSpan,
  reader: ActivationReader,
  pageSize: number,
  documentsAtOnce: number,
): AsyncIterable<readonly unknown[]> {
  const ids = await idPages(asked, span, pageSize);
  if (ids === 'no view') {
    const { place } = asked.client;
    reader.onWarning(`${place}: it has no view activations/byDate, so every document is read (_find without an index)`);
    yield* findPages(asked, span, pageSize, reader.onWarning);
    return;
  }
  let lost = 0;
  for await (const page of ids) {
    const idOf = new Map(page.map((documentId) => [activationIdOf(documentId), documentId]));
    const awaited = await reader.awaited([...idOf.keys()]);
    // What these caused is kept too: the components of a sequence, and theirs. They are named in its logs.
    for (let wanted = awaited.map((id) => idOf.get(id)!), caused = false; wanted.length > 0; caused = true) {
      const components: string[] = [];
      for (let from = 0; from < wanted.length; from += documentsAtOnce) {
        const some = wanted.slice(from, from + documentsAtOnce);
        const documents = await documentsOf(asked, some);
        yield documents;
        components.push(...documents.flatMap(componentsOf));
        if (caused) lost += some.length - documents.length;
      }
      // One that is awaited itself comes with the others.
      const awaitedToo = new Set(await reader.awaited(components.map(activationIdOf)));
      wanted = components.filter((id) => !awaitedToo.has(activationIdOf(id)));
    }
  }
  if (lost > 0) reader.onWarning(`${asked.client.place}: ${lost} components of sequences have no record`);
}

/** Documents of activations are called `<namespace>/<activation id>`. */
function activationIdOf(documentId: string): string {
  return documentId.slice(documentId.lastIndexOf('/') + 1);
}

/** The documents of a sequence's (or a composition's) components: its logs are their ids, where others have lines of text. */
function componentsOf(document: unknown): string[] {
  const { _id: id, logs } = document as { _id?: unknown; logs?: unknown };
  if (typeof id !== 'string' || !Array.isArray(logs)) return [];
  const namespace = id.slice(0, id.lastIndexOf('/') + 1);
  return logs.filter((line) => typeof line === 'string' && /^[0-9a-f]{32}$/.test(line)).map((line) => namespace + line);
}
