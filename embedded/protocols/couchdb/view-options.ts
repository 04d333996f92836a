import { CouchError } from './exchange.js';

/** What a view is asked for. Absent keys are undefined, since null is a key. */
export interface ViewOptions {
  startKey?: unknown;
  endKey?: unknown;
  startKeyDocid?: string;
  endKeyDocid?: string;
  keys?: readonly unknown[];
  limit: number;
  skip: number;
  descending: boolean;
  includeDocs: boolean;
  inclusiveEnd: boolean;
  /** undefined = as the view has it */
  reduce?: boolean;
  updateSeq: boolean;
}

/** Reads the options of a query string, and of the body of a POST, which may hold the same. @throws CouchError 400 */
export function viewOptionsOf(query: URLSearchParams, body: Readonly<Record<string, unknown>> = {}): ViewOptions {
  const given = new Map<string, unknown>();
  for (const [name, text] of query) given.set(canonical(name), valueIn(canonical(name), text));
  for (const [name, value] of Object.entries(body)) given.set(canonical(name), value);
  const options: ViewOptions = {
    limit: integer(given.get('limit'), Number.MAX_SAFE_INTEGER),
    skip: integer(given.get('skip'), 0),
    descending: boolean(given.get('descending'), false),
    includeDocs: boolean(given.get('include_docs'), false),
    inclusiveEnd: boolean(given.get('inclusive_end'), true),
    updateSeq: boolean(given.get('update_seq'), false),
  };
  if (given.has('startkey')) options.startKey = given.get('startkey');
  if (given.has('endkey')) options.endKey = given.get('endkey');
  if (given.has('key')) options.startKey = options.endKey = given.get('key');
  if (given.has('startkey_docid')) options.startKeyDocid = String(given.get('startkey_docid'));
  if (given.has('endkey_docid')) options.endKeyDocid = String(given.get('endkey_docid'));
  if (given.has('reduce')) options.reduce = boolean(given.get('reduce'), true);
  if (given.has('keys')) {
    const keys = given.get('keys');
    if (!Array.isArray(keys)) throw new CouchError(400, 'bad_request', '`keys` parameter must be an array.');
    options.keys = keys;
  }
  return options;
}

const SYNONYMS: Readonly<Record<string, string>> = {
  start_key: 'startkey',
  end_key: 'endkey',
  start_key_doc_id: 'startkey_docid',
  end_key_doc_id: 'endkey_docid',
};
const JSON_OPTIONS = new Set(['startkey', 'endkey', 'key', 'keys']);

function canonical(name: string): string {
  return SYNONYMS[name] ?? name;
}

function valueIn(name: string, text: string): unknown {
  if (!JSON_OPTIONS.has(name)) return text;
  try {
    return JSON.parse(text);
  } catch {
    throw new CouchError(400, 'bad_request', 'invalid UTF-8 JSON');
  }
}

function integer(value: unknown, normal: number): number {
  if (value === undefined) return normal;
  const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
  if (!Number.isInteger(number)) {
    throw new CouchError(400, 'query_parse_error', `Invalid value for integer: ${JSON.stringify(value)}`);
  }
  if ((number as number) < 0) {
    throw new CouchError(400, 'query_parse_error', `Invalid value for positive integer: ${JSON.stringify(value)}`);
  }
  return number as number;
}

function boolean(value: unknown, normal: boolean): boolean {
  if (value === undefined) return normal;
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw new CouchError(400, 'query_parse_error', `Invalid boolean parameter: ${JSON.stringify(value)}`);
}
