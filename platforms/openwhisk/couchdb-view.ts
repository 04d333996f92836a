import type { EpochSpan } from '../platform.js';
import { faultOf, listIn } from './couchdb-client.js';
import type { Asked } from './couchdb-documents.js';

/** Where the next page begins: its first row was the one row too many of the page before. */
interface Cursor {
  startkey: number;
  startkey_docid: string;
}

interface Page {
  ids: string[];
  next: Cursor | null;
}

/**
 * The ids of the documents whose start lies in the span, in order of start, page after page of the view `byDate`: by key and
 * document id, since many documents share a start; `skip` would have the server read everything before the page again.
 */
export async function idPages(
  asked: Asked,
  span: EpochSpan,
  pageSize: number,
): Promise<AsyncIterable<string[]> | 'no view'> {
  const first = await viewPage(asked, span, pageSize, null);
  return first === 'no view' ? 'no view' : pagesFrom(asked, span, pageSize, first);
}

async function* pagesFrom(asked: Asked, span: EpochSpan, pageSize: number, first: Page): AsyncIterable<string[]> {
  for (let page = first; ;) {
    yield page.ids;
    if (page.next === null) return;
    const following = await viewPage(asked, span, pageSize, page.next);
    if (following === 'no view') return;
    page = following;
  }
}

interface ViewRow {
  id: string;
  key: number;
}

async function viewPage(
  { client, ask }: Asked,
  { sinceMs, uptoMs }: EpochSpan,
  pageSize: number,
  cursor: Cursor | null,
): Promise<Page | 'no view'> {
  const query = { ...(cursor ?? { startkey: sinceMs }), endkey: uptoMs, include_docs: false, limit: pageSize + 1 };
  const rows = await ask(async () => {
    try {
      return listIn(client, await client.database.view('activations', 'byDate', query), 'rows') as
        | ViewRow[]
        | undefined;
    } catch (error) {
      if (isViewMissing(error)) return 'no view' as const;
      throw error;
    }
  });
  if (rows === 'no view') return 'no view';
  const extra = rows.length > pageSize ? rows[pageSize]! : null;
  return {
    ids: rows.slice(0, pageSize).map(({ id }) => id),
    next: extra === null ? null : { startkey: extra.key, startkey_docid: extra.id },
  };
}

function isViewMissing(error: unknown): boolean {
  const { status, reason } = faultOf(error);
  return status === 404 && ['missing', 'missing_named_view', 'deleted'].includes(reason);
}
