import type { ActivationStore } from '../../activations/store.js';
import { collate } from './collate.js';
import { documentId, entriesOf, pagesOf, rangesOf, type OrderedRows } from './rows.js';
import { isExact } from './view-checks.js';
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
  const { ranges, offset } = rangesOf(rows, options);
  const sequence = options.updateSeq ? `,"update_seq":"${total}-faaslab"` : '';
  let separator = '';
  yield `{"total_rows":${total},"offset":${offset}${sequence},"rows":[\r\n`;
  for (const range of ranges) {
    for (const page of pagesOf(rows, range, PIECE_ROWS)) {
      const lines = await linesOf(store, shape, page, options.includeDocs);
      yield separator + lines.join(',\r\n');
      separator = ',\r\n';
    }
  }
  yield '\r\n]}\n';
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

/** The answer of a view with `_count`: one number, or with `group` and `group_level` one for each key or beginning of keys. */
export function countAnswer(rows: OrderedRows, options: ViewOptions): string {
  const { ranges } = rangesOf(rows, { ...options, skip: 0, limit: Number.MAX_SAFE_INTEGER });
  const groupOf = grouping(options);
  const groups: { key: unknown; value: number }[] = [];
  for (const range of ranges) {
    // Two keys asked for are two groups, even if they are one key.
    let last: { key: unknown; value: number } | undefined;
    for (const page of pagesOf(rows, range, PIECE_ROWS)) {
      for (const row of page) {
        const key = groupOf(rows.key(row));
        if (last !== undefined && collate(last.key, key) === 0) last.value += 1;
        else groups.push((last = { key, value: 1 }));
      }
    }
  }
  const shown = groups.slice(options.skip, options.skip + options.limit);
  return `{"rows":[\r\n${shown.map((group) => JSON.stringify(group)).join(',\r\n')}\r\n]}\n`;
}

function grouping(options: ViewOptions): (key: unknown) => unknown {
  const { groupLevel = 0 } = options;
  if (isExact(options)) return (key) => key;
  if (groupLevel === 0) return () => null;
  return (key) => (Array.isArray(key) ? key.slice(0, groupLevel) : key);
}
