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
  group?: boolean;
  groupLevel?: number;
  updateSeq: boolean;
}

/** Reads the options of a query string, and of the body of a POST, which may hold the same. @throws CouchError 400 */
export function viewOptionsOf(query: URLSearchParams, body: Readonly<Record<string, unknown>> = {}): ViewOptions {
  const given = new Map<string, unknown>();
  for (const [name, text] of query) given.set(canonical(name), valueIn(canonical(name), text));
  for (const [name, value] of Object.entries(body)) given.set(canonical(name), value);
  checkFreshness(given);
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
  if (given.has('group')) options.group = boolean(given.get('group'), false);
  if (given.has('group_level')) options.groupLevel = integer(given.get('group_level'), 0);
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

/** How fresh a view has to be, which makes no difference here: the index is always as new as the documents. */
const FRESHNESS: Readonly<Record<string, readonly string[]>> = {
  stale: ['ok', 'update_after'],
  stable: ['true', 'false'],
  update: ['true', 'false', 'lazy'],
};

function checkFreshness(given: ReadonlyMap<string, unknown>): void {
  for (const [name, values] of Object.entries(FRESHNESS)) {
    if (given.has(name) && !values.includes(String(given.get(name)))) {
      throw new CouchError(400, 'query_parse_error', `Invalid value for \`${name}\`.`);
    }
  }
}

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
  const text = String(value).toLowerCase();
  if (text === 'true' || text === 'false') return text === 'true';
  throw new CouchError(400, 'query_parse_error', `Invalid boolean parameter: ${JSON.stringify(value)}`);
}
