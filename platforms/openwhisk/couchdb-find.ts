import type { EpochSpan } from '../platform.js';
import { listIn } from './couchdb-client.js';
import type { Asked } from './couchdb-documents.js';

/** Every activation of the span, page after page of `_find`, which reads every document of a database without an index. */
export async function* findPages(
  { client, ask }: Asked,
  { sinceMs, uptoMs }: EpochSpan,
  pageSize: number,
  onWarning: (warning: string) => void,
): AsyncIterable<readonly unknown[]> {
  const selector = { start: { $gte: sinceMs, $lte: uptoMs }, activationId: { $exists: true } };
  const seen = new Set<string>();
  for (let bookmark: string | undefined; ;) {
    const query = { selector, limit: pageSize, ...(bookmark === undefined ? {} : { bookmark }) };
    const answer = await ask(async () => {
      const found = await client.database.find(query);
      return listIn(client, found, 'docs') === undefined ? undefined : found;
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
