import type { ActivationStore } from '../../activations/store.js';
import { CouchError } from './exchange.js';
import { documentId, entriesOf, pagesOf, rangeOf, rowsById } from './rows.js';
import { compileSelector } from './selector.js';
import { viewOptionsOf } from './view-options.js';

/** Documents looked at between two turns of the other requests. */
const PIECE_ROWS = 200;
const WARNING = 'No matching index found, create an index to optimize query time.';

/**
 * The answer to `POST /db/_find`. There is no index, so it reads the documents in the order of their ids, as the real server
 * does then, and says so; 25 documents unless `limit` says otherwise; `bookmark` continues where the last page ended.
 * @throws CouchError 400
 */
export async function findAnswer(store: ActivationStore, asked: Readonly<Record<string, unknown>>): Promise<string> {
  if (asked['selector'] === undefined) {
    throw new CouchError(400, 'missing_required_key', 'Missing required key: selector');
  }
  const descending = isDescending(asked['sort']);
  const matches = compileSelector(asked['selector']);
  const limit = countIn(asked, 'limit', 25);
  const fields = fieldsIn(asked['fields']);
  const last = lastIdIn(asked['bookmark']);
  let toSkip = countIn(asked, 'skip', 0);
  const rows = rowsById(store);
  const from = viewOptionsOf(new URLSearchParams(), { descending, ...(last === null ? {} : { startkey: last }) });
  const range = rangeOf(rows, { ...from, skip: last === null ? 0 : 1 });

  const found: string[] = [];
  let bookmark = 'nil';
  let examined = 0;
  const begunMs = performance.now();
  search: for (const page of pagesOf(rows, range, PIECE_ROWS)) {
    const entries = entriesOf(store, page);
    const texts = await store.documents(entries);
    for (const [i, text] of texts.entries()) {
      if (found.length >= limit) break search;
      examined += 1;
      const document = JSON.parse(text) as Record<string, unknown>;
      if (!matches(document)) continue;
      if (toSkip > 0) {
        toSkip -= 1;
        continue;
      }
      found.push(fields === null ? text : JSON.stringify(pick(document, fields)));
      bookmark = bookmarkAfter(documentId(entries[i]!.activationId));
    }
  }
  const docs = found.map((text) => `\r\n${text}`).join(',');
  const stats = asked['execution_stats'] === true ? `,\r\n"execution_stats": ${statistics()}` : '';
  return `{"docs":[${docs}\r\n],\r\n"bookmark": "${bookmark}"${stats},\r\n"warning": "${WARNING}"}\r\n\n`;

  function statistics(): string {
    return JSON.stringify({
      total_keys_examined: 0,
      total_docs_examined: examined,
      total_quorum_docs_examined: 0,
      results_returned: found.length,
      execution_time_ms: Math.round((performance.now() - begunMs) * 1000) / 1000,
    });
  }
}

/** The only order that there is an index of is that of the ids. @throws CouchError 400 for another */
function isDescending(sort: unknown): boolean {
  if (sort === undefined || JSON.stringify(sort) === '[]') return false;
  if (['["_id"]', '[{"_id":"asc"}]'].includes(JSON.stringify(sort))) return false;
  if (JSON.stringify(sort) === '[{"_id":"desc"}]') return true;
  throw new CouchError(400, 'no_usable_index', 'No index exists for this sort, try indexing by the sort fields.');
}

function bookmarkAfter(docid: string): string {
  return Buffer.from(docid).toString('base64url');
}

function lastIdIn(bookmark: unknown): string | null {
  if (bookmark === undefined || bookmark === null || bookmark === 'nil' || bookmark === '') return null;
  const docid = typeof bookmark === 'string' ? Buffer.from(bookmark, 'base64url').toString('utf8') : '';
  if (/^[\w-]+\/[0-9a-f]{32}$/.test(docid)) return docid;
  throw new CouchError(400, 'invalid_bookmark', `Invalid bookmark value: ${JSON.stringify(bookmark)}`);
}

function countIn(asked: Readonly<Record<string, unknown>>, name: string, normal: number): number {
  const value = asked[name] ?? normal;
  if (Number.isInteger(value) && (value as number) >= 0) return value as number;
  throw new CouchError(400, `invalid_${name}`, `Invalid ${name}: ${JSON.stringify(value)}`);
}

function fieldsIn(asked: unknown): string[] | null {
  if (asked === undefined || asked === 'all_fields') return null;
  if (Array.isArray(asked) && asked.every((field) => typeof field === 'string'))
    return asked.length === 0 ? null : asked;
  throw new CouchError(400, 'invalid_fields', 'Fields must be an array of strings.');
}

function pick(document: Readonly<Record<string, unknown>>, fields: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(fields.filter((field) => field in document).map((field) => [field, document[field]]));
}
