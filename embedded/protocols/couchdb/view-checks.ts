import { collate, compareText } from './collate.js';
import { CouchError } from './exchange.js';
import type { ViewOptions } from './view-options.js';

/**
 * Checks what is asked together, as the real server does before it looks at a row.
 * @param counts the view has `_count`, and it is asked for
 * @throws CouchError 400
 */
export function checkTogether(options: ViewOptions, counts: boolean): void {
  const { group, groupLevel, keys } = options;
  if (options.reduce === true && !counts) throw refusal('Reduce is invalid for map-only views.');
  if (group === false && (groupLevel ?? 0) > 0) {
    throw refusal("Can't specify group=false and group_level>0 at the same time");
  }
  if (counts && keys !== undefined && !isExact(options)) {
    throw refusal('Multi-key fetchs for reduce views must use `group=true`');
  }
  if (keys !== undefined && keys.length > 0 && ('startKey' in options || 'endKey' in options)) {
    throw refusal('`keys` is incompatible with `key`, `start_key` and `end_key`');
  }
  if (!counts && (isExact(options) || (groupLevel ?? 0) > 0)) throw refusal('Invalid use of grouping on a map view.');
  if (counts && options.includeDocs) throw refusal('`include_docs` is invalid for reduce');
  checkDirection(options);
}

/** `group=true`: rows of one key are counted together. */
export function isExact({ group, groupLevel }: ViewOptions): boolean {
  return group === true && groupLevel === undefined;
}

/** A range whose start lies behind its end finds nothing, which is told. */
function checkDirection({ startKey, endKey, startKeyDocid, endKeyDocid, descending, ...options }: ViewOptions): void {
  if (startKey === undefined || endKey === undefined || options.keys !== undefined) return;
  const [lowest, highest] = ['', '\uffff'];
  const docids = compareText(
    startKeyDocid ?? (descending ? highest : lowest),
    endKeyDocid ?? (descending ? lowest : highest),
  );
  const keys = collate(startKey, endKey);
  if (keys === 0 && startKeyDocid === undefined && endKeyDocid === undefined) return;
  const order = keys || docids;
  if (descending ? order < 0 : order > 0) {
    throw refusal(
      `No rows can match your key range, reverse your start_key and end_key or set descending=${String(!descending)}`,
    );
  }
}

function refusal(reason: string): CouchError {
  return new CouchError(400, 'query_parse_error', reason);
}
