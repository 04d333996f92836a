import type { ActivationEntry } from '../../activations/columns.js';
import { NAMESPACE } from '../../activations/parts.js';
import type { ActivationStore } from '../../activations/store.js';
import { collate, compareText } from './collate.js';
import type { ViewOptions } from './view-options.js';

/** Rows in the order of a view, of which any place can be looked at. */
export interface OrderedRows {
  readonly length: number;
  /** the row of the store at this place */
  at(place: number): number;
  key(row: number): unknown;
  docid(row: number): string;
}

/** `byDate`: key = start. */
export function rowsByStart({ columns, byStart }: ActivationStore): OrderedRows {
  return {
    length: byStart.length,
    at: (place) => byStart.at(place),
    key: (row) => columns.start(row),
    docid: (row) => documentId(columns.activationId(row)),
  };
}

/** `whisks.v2.1.0/activations`: key = [namespace, start]; with one namespace, the same order. */
export function rowsByNamespaceAndStart(store: ActivationStore): OrderedRows {
  return { ...rowsByStart(store), key: (row) => [NAMESPACE, store.columns.start(row)] };
}

/** `_all_docs`: key = _id. */
export function rowsById(store: ActivationStore): OrderedRows {
  const sorted = sortedById(store);
  return {
    length: sorted.length,
    at: (place) => sorted[place]!,
    key: (row) => documentId(store.columns.activationId(row)),
    docid: (row) => documentId(store.columns.activationId(row)),
  };
}

export function documentId(activationId: string): string {
  return `${NAMESPACE}/${activationId}`;
}

const sortedRows = new WeakMap<ActivationStore, Uint32Array>();

/** All rows by id. What has come since the last time is sorted alone and merged in, so that a reader that polls stays cheap. */
function sortedById(store: ActivationStore): Uint32Array {
  const { columns } = store;
  const before = sortedRows.get(store) ?? new Uint32Array(0);
  const count = columns.count();
  if (before.length === count) return before;
  const added = new Uint32Array(count - before.length).map((_, i) => before.length + i);
  added.sort((a, b) => columns.compareIds(a, b));
  const merged = new Uint32Array(count);
  for (let at = 0, old = 0, fresh = 0; at < count; at += 1) {
    const takeOld =
      fresh === added.length || (old < before.length && columns.compareIds(before[old]!, added[fresh]!) < 0);
    merged[at] = takeOld ? before[old++]! : added[fresh++]!;
  }
  sortedRows.set(store, merged);
  return merged;
}

/** The places of a view that a query asks for: from `first` on, `count` of them, in steps of 1 or −1. */
export interface Range {
  first: number;
  count: number;
  step: 1 | -1;
  /** rows of the view before the first one, in the direction of the query */
  offset: number;
}

/** Finds the range of a query by its keys, docids, skip and limit. */
export function rangeOf(rows: OrderedRows, options: ViewOptions): Range {
  const { descending, skip, limit, inclusiveEnd } = options;
  const hasStart = 'startKey' in options;
  const hasEnd = 'endKey' in options;
  const lowKey = descending ? options.endKey : options.startKey;
  const highKey = descending ? options.startKey : options.endKey;
  const lowId = descending ? options.endKeyDocid : options.startKeyDocid;
  const highId = descending ? options.startKeyDocid : options.endKeyDocid;
  const lowExcluded = descending && !inclusiveEnd;
  const highExcluded = !descending && !inclusiveEnd;
  let low = 0;
  let high = rows.length;
  // With an excluded end all rows of that key are out, or, where a docid is given, that one row.
  if (descending ? hasEnd : hasStart) low = boundary(rows, lowKey, lowId, lowExcluded);
  if (descending ? hasStart : hasEnd) high = boundary(rows, highKey, highId, !highExcluded);
  const found = Math.max(0, high - low);
  const skipped = Math.min(skip, found);
  return {
    first: descending ? high - 1 - skipped : low + skipped,
    count: Math.min(limit, found - skipped),
    step: descending ? -1 : 1,
    offset: Math.min(rows.length, (descending ? rows.length - high : low) + skip),
  };
}

/** The ranges of a query: one, or one for each of its `keys`, in their order, with skip and limit over all of them. */
export function rangesOf(rows: OrderedRows, options: ViewOptions): { ranges: Range[]; offset: number } {
  const { keys, descending, skip } = options;
  if (keys === undefined) {
    const range = rangeOf(rows, options);
    return { ranges: [range], offset: range.offset };
  }
  let toSkip = skip;
  let left = options.limit;
  let offset: number | undefined;
  const ranges = (descending ? keys.toReversed() : keys).map((key) => {
    const all = { ...options, startKey: key, endKey: key, skip: 0, limit: Number.MAX_SAFE_INTEGER };
    const { first, count, step, offset: before } = rangeOf(rows, all);
    const skipped = Math.min(toSkip, count);
    const taken = Math.min(left, count - skipped);
    toSkip -= skipped;
    left -= taken;
    if (count > 0) offset ??= before;
    return { first: first + step * skipped, count: taken, step, offset: before };
  });
  return { ranges, offset: Math.min(rows.length, (offset ?? 0) + skip) };
}

/** The first place beyond (key, docid); `after` = equal rows lie before it. Without a docid all rows of the key are equal. */
function boundary(rows: OrderedRows, key: unknown, docid: string | undefined, after: boolean): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const row = rows.at(middle);
    const order = collate(rows.key(row), key) || (docid === undefined ? 0 : compareText(rows.docid(row), docid));
    if (order < 0 || (after && order === 0)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The rows of a range, in pages. */
export function* pagesOf(rows: OrderedRows, { first, count, step }: Range, size: number): Generator<number[]> {
  for (let done = 0; done < count; done += size) {
    const page: number[] = [];
    for (let i = done; i < Math.min(count, done + size); i += 1) page.push(rows.at(first + i * step));
    yield page;
  }
}

/** The entries of rows. */
export function entriesOf({ columns }: ActivationStore, rows: readonly number[]): ActivationEntry[] {
  return rows.map((row) => columns.entry(row));
}
