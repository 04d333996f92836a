import type { ActivationStore } from '../../activations/store.js';
import { CouchError, type Exchange } from './exchange.js';
import { readJson } from './exchange.js';
import { documentId } from './rows.js';
import type { ViewOptions } from './view-options.js';

/** A document's text and revision. */
export interface FoundDocument {
  text: string;
  revision: string;
}

/** A document by its id; null if there is none. */
export async function findDocument(store: ActivationStore, docid: string): Promise<FoundDocument | null> {
  const activationId = docid.slice(docid.indexOf('/') + 1);
  const entry = store.find(activationId);
  if (entry === undefined || documentId(entry.activationId) !== docid) return null;
  const [text] = await store.documents([entry]);
  return { text: text!, revision: `1-${entry.revision}` };
}

/** `_all_docs` with `keys`: a row for each of them, in their order. */
export async function allDocsOfKeys(
  store: ActivationStore,
  keys: readonly unknown[],
  { descending, skip, limit, includeDocs }: ViewOptions,
): Promise<string> {
  const asked = (descending ? keys.toReversed() : keys).slice(skip, skip + limit);
  const lines = await Promise.all(
    asked.map(async (key) => {
      const found = typeof key === 'string' ? await findDocument(store, key) : null;
      const shown = JSON.stringify(key);
      if (found === null) return `{"key":${shown},"error":"not_found"}`;
      const document = includeDocs ? `,"doc":${found.text}` : '';
      return `{"id":${shown},"key":${shown},"value":{"rev":"${found.revision}"}${document}}`;
    }),
  );
  return `{"total_rows":${store.columns.count()},"offset":null,"rows":[\r\n${lines.join(',\r\n')}\r\n]}\n`;
}

/** `POST /db/_bulk_get` */
export async function bulkGet(store: ActivationStore, exchange: Exchange): Promise<string> {
  const { docs } = await readJson(exchange);
  if (!Array.isArray(docs)) throw new CouchError(400, 'bad_request', "Missing JSON list of 'docs'.");
  const results = await Promise.all(
    docs.map(async (asked: unknown) => {
      const docid = String((asked as { id?: unknown } | null)?.id);
      const id = JSON.stringify(docid);
      const found = await findDocument(store, docid);
      const missing = `{"error":{"rev":"undefined","reason":"missing","id":${id},"error":"not_found"}}`;
      return `{"id":${id},"docs":[${found === null ? missing : `{"ok":${found.text}}`}]}`;
    }),
  );
  return `{"results":[${results.join(',')}]}\n`;
}
