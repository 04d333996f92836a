import type { CouchDbAccess } from '../access.js';
import type { ActivationReader, ActivationSource, EpochSpan } from '../platform.js';
import { neededOf, OPENWHISK_RECORDS } from './activation-records.js';
import { componentIdsOf, componentLedger, readListed, type ComponentLedger } from './component-ledger.js';
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
  /** how often to say how far an index is, ms */
  tellEveryMs?: number;
}

/**
 * Activations from OpenWhisk's database, by the way that was fastest on a CouchDB 3.5 with a million documents: the ids of
 * the span from the view `byDate` (62,000–105,000 a second), then the documents of those that the run awaits, by
 * `_bulk_get` (4,800 a second; the view with `include_docs` gave 1,200–2,900). So the documents of other tests are never
 * sent, and to look again for late records costs the server no more than a list of ids. Where the view is missing, `_find`
 * with its bookmarks reads every document of the database: no index is made, for that would write to the user's database.
 */
export function couchDbActivations(access: CouchDbAccess, options: CouchDbOptions = {}): ActivationSource {
  const { insecure = false, pageSize = 10_000, documentsAtOnce = 1_000, ...patience } = options;
  const components = componentLedger();
  let repeats = 0;
  let others = 0;
  return {
    name: 'couchdb',
    place: `${access.url.replace(/\/+$/, '')}/${access.database}`,
    format: OPENWHISK_RECORDS,
    owed: components.owed,
    repeated: () => repeats,
    othersSeen: () => others,
    async *activations(span, reader) {
      const client = connectCouchDb(access, insecure, reader.signal);
      try {
        const { onWarning, signal } = reader;
        const ask = patientAsk(client, { onWarning, signal, onRepeat: () => (repeats += 1), ...patience });
        for await (const documents of pagesOf({ client, ask }, span, reader, {
          pageSize,
          documentsAtOnce,
          components,
          onOthers: (count) => (others += count),
        })) {
          if (documents.length > 0) yield documents.map(neededOf);
        }
      } finally {
        await client.close();
      }
    },
  };
}

interface Paging {
  pageSize: number;
  documentsAtOnce: number;
  components: ComponentLedger;
  /** of a page, how many documents are not asked for */
  onOthers: (count: number) => void;
}

async function* pagesOf(
  asked: Asked,
  span: EpochSpan,
  reader: ActivationReader,
  { pageSize, documentsAtOnce, components, onOthers }: Paging,
): AsyncIterable<readonly unknown[]> {
  const pages = await idPages(asked, span, pageSize);
  if (pages === 'no view') {
    const { place } = asked.client;
    reader.onWarning(`${place}: it has no view activations/byDate, so every document is read (_find without an index)`);
    for await (const documents of findPages(asked, span, pageSize, reader.onWarning)) {
      await readListed(documents, reader, components);
      yield documents;
    }
    return;
  }
  for await (const page of pages) {
    let wanted = await wantedOf(page, reader, components);
    onOthers(page.length - wanted.length);
    // What these caused is kept too: the components of a sequence, and theirs. They are named in its logs.
    while (wanted.length > 0) {
      const caused: string[] = [];
      for (let from = 0; from < wanted.length; from += documentsAtOnce) {
        const documents = await documentsOf(asked, wanted.slice(from, from + documentsAtOnce));
        yield documents;
        for (const document of documents) components.read(document, true);
        caused.push(...documents.flatMap(componentsOf));
      }
      // One that is awaited itself comes with the others.
      const awaitedToo = new Set(await reader.awaited(caused.map(activationIdOf)));
      wanted = caused.filter((id) => components.isOwed(activationIdOf(id)) && !awaitedToo.has(activationIdOf(id)));
    }
  }
}

/** Of a page of ids, those of documents that the run awaits, or that what it awaited had caused. */
async function wantedOf(
  page: readonly string[],
  reader: ActivationReader,
  components: ComponentLedger,
): Promise<string[]> {
  const awaited = new Set(await reader.awaited(page.map(activationIdOf)));
  return page.filter((id) => awaited.has(activationIdOf(id)) || components.isOwed(activationIdOf(id)));
}

/** Documents of activations are called `<namespace>/<activation id>`. */
function activationIdOf(documentId: string): string {
  return documentId.slice(documentId.lastIndexOf('/') + 1);
}

/** The documents of a sequence's components, which lie in its namespace. */
function componentsOf(document: unknown): string[] {
  const { _id: id } = document as { _id?: unknown };
  if (typeof id !== 'string') return [];
  const namespace = id.slice(0, id.lastIndexOf('/') + 1);
  return componentIdsOf(document).map((component) => namespace + component);
}
