import type { ActivationRow } from '../../records/activations.js';
import type { CouchDbAccess } from '../access.js';
import type { ActivationSource, EpochSpan } from '../platform.js';
import { connectCouchDb, faultOf, type CouchDbClient } from './couchdb-client.js';
import { patientAsk, type PatientAsk } from './couchdb-patience.js';
import { recordBatches } from './record-batch.js';

export interface CouchDbOptions {
  insecure?: boolean;
  /** documents a page; larger ones cost the server less and both sides more memory */
  pageSize?: number;
  /** pause before a failed request is asked again, ms */
  pauseMs?: number;
}

/**
 * Activations from OpenWhisk's database. Pages through the view `byDate` by key and document id, since many documents
 * share a start; `skip` would have the server read everything before the page again. Where the view is missing, `_find`
 * with its bookmarks reads every document of the database: no index is made, for that would write to the user's database.
 */
export function couchDbActivations(access: CouchDbAccess, options: CouchDbOptions = {}): ActivationSource {
  const { insecure = false, pageSize = 2_000, pauseMs } = options;
  return {
    name: 'couchdb',
    place: `${access.url.replace(/\/+$/, '')}/${access.database}`,
    async *activations(span, { onWarning }) {
      const client = connectCouchDb(access, insecure);
      const batches = recordBatches(client.place);
      try {
        const ask = patientAsk(client, { onWarning, ...(pauseMs === undefined ? {} : { pauseMs }) });
        for await (const documents of pagesOf(client, ask, span, pageSize, onWarning)) {
          const rows: ActivationRow[] = batches.rowsOf(documents);
          if (rows.length > 0) yield rows;
        }
        batches.report(onWarning);
      } finally {
        await client.close();
      }
    },
  };
}

type Page = unknown[];

async function* pagesOf(
  client: CouchDbClient,
  ask: PatientAsk,
  span: EpochSpan,
  pageSize: number,
  onWarning: (warning: string) => void,
): AsyncIterable<Page> {
  const first = await viewPage(client, ask, span, pageSize, null);
  if (first === 'no view') {
    onWarning(`${client.place}: it has no view activations/byDate, so every document is read (_find without an index)`);
    yield* findPages(client, ask, span, pageSize, onWarning);
    return;
  }
  for (let page = first; ;) {
    yield page.documents;
    if (page.next === null) return;
    const following = await viewPage(client, ask, span, pageSize, page.next);
    if (following === 'no view') return;
    page = following;
  }
}

/** Where the next page begins: its first row was the one row too many of the page before. */
interface Cursor {
  startkey: number;
  startkey_docid: string;
}

interface ViewAnswer {
  rows: { id: string; key: number; doc?: unknown }[];
}

async function viewPage(
  client: CouchDbClient,
  ask: PatientAsk,
  { sinceMs, uptoMs }: EpochSpan,
  pageSize: number,
  cursor: Cursor | null,
): Promise<{ documents: Page; next: Cursor | null } | 'no view'> {
  const from = cursor ?? { startkey: sinceMs };
  const query = { ...from, endkey: uptoMs, include_docs: true, limit: pageSize + 1 };
  const answer = await ask(async () => {
    try {
      const found = (await client.database.view('activations', 'byDate', query)) as unknown as Partial<ViewAnswer>;
      return Array.isArray(found.rows) ? { rows: found.rows } : undefined;
    } catch (error) {
      if (isViewMissing(error)) return 'no view' as const;
      throw error;
    }
  });
  if (answer === 'no view') return 'no view';
  const { rows } = answer;
  const extra = rows.length > pageSize ? rows[pageSize]! : null;
  return {
    // A document that was deleted meanwhile stands there as null.
    documents: rows.slice(0, pageSize).flatMap(({ doc }) => (doc === null || doc === undefined ? [] : [doc])),
    next: extra === null ? null : { startkey: extra.key, startkey_docid: extra.id },
  };
}

function isViewMissing(error: unknown): boolean {
  const { status, reason } = faultOf(error);
  return status === 404 && ['missing', 'missing_named_view', 'deleted'].includes(reason);
}

async function* findPages(
  client: CouchDbClient,
  ask: PatientAsk,
  { sinceMs, uptoMs }: EpochSpan,
  pageSize: number,
  onWarning: (warning: string) => void,
): AsyncIterable<Page> {
  const selector = { start: { $gte: sinceMs, $lte: uptoMs }, activationId: { $exists: true } };
  const seen = new Set<string>();
  for (let bookmark: string | undefined; ;) {
    const query = { selector, limit: pageSize, ...(bookmark === undefined ? {} : { bookmark }) };
    const answer = await ask(async () => {
      const found = await client.database.find(query);
      return Array.isArray(found.docs) ? found : undefined;
    });
    yield answer.docs;
    if (answer.docs.length < pageSize) return;
    const { bookmark: next } = answer;
    if (next === undefined || next === 'nil' || seen.has(next)) {
      onWarning(`${client.place}: this server does not page its answers; only ${pageSize} documents were read`);
      return;
    }
    seen.add(next);
    bookmark = next;
  }
}
