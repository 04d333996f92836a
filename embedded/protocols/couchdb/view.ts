import type { ActivationStore } from '../../activations/store.js';
import { CouchError } from './exchange.js';
import { documentId, entriesOf, pagesOf, rangeOf, type OrderedRows } from './rows.js';
import type { ViewOptions } from './view-options.js';

/** How a view's rows look. */
export interface ViewShape {
  rows: OrderedRows;
  /** the value of a row, as JSON text; `document` is null unless the shape needs it */
  value(docid: string, revision: string, document: string | null): string;
  /** the value comes from the document */
  needsDocument: boolean;
}

/** Rows of one piece of the answer: small enough that other requests get their turn between two. */
const PIECE_ROWS = 500;

/** The answer to a view query, in the real server's layout: a line a row. */
export async function* viewAnswer(
  store: ActivationStore,
  shape: ViewShape,
  options: ViewOptions,
): AsyncGenerator<string> {
  const { rows } = shape;
  const total = rows.length;
  const ranges =
    options.keys === undefined
      ? [rangeOf(rows, options)]
      : options.keys.map((key) => rangeOf(rows, { ...options, startKey: key, endKey: key }));
  const offset = ranges.length === 1 ? ranges[0]!.offset : 0;
  const sequence = options.updateSeq ? `,"update_seq":"${total}-faaslab"` : '';
  let separator = '';
  yield `{"total_rows":${total},"offset":${offset}${sequence},"rows":[\n`;
  for (const range of ranges) {
    for (const page of pagesOf(rows, range, PIECE_ROWS)) {
      const lines = await linesOf(store, shape, page, options.includeDocs);
      yield separator + lines.join(',\n');
      separator = ',\n';
    }
  }
  yield '\n]}\n';
}

async function linesOf(
  store: ActivationStore,
  shape: ViewShape,
  page: readonly number[],
  includeDocs: boolean,
): Promise<string[]> {
  const entries = entriesOf(store, page);
  const documents = includeDocs || shape.needsDocument ? await store.documents(entries) : [];
  return entries.map(({ activationId, revision }, i) => {
    const docid = documentId(activationId);
    const document = documents[i] ?? null;
    const key = JSON.stringify(shape.rows.key(page[i]!));
    const value = shape.value(docid, `1-${revision}`, document);
    return `{"id":"${docid}","key":${key},"value":${value}${includeDocs ? `,"doc":${document}` : ''}}`;
  });
}

/** The answer of a view with `_count`. @throws CouchError 400 for what only a map can answer */
export function countAnswer(rows: OrderedRows, options: ViewOptions): string {
  if (options.includeDocs) {
    throw new CouchError(400, 'query_parse_error', '`include_docs` is invalid for reduce');
  }
  const { count } = rangeOf(rows, options);
  return count === 0 ? '{"rows":[\n\n]}\n' : `{"rows":[\n{"key":null,"value":${count}}\n]}\n`;
}
