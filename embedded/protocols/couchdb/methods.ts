import { CouchError } from './exchange.js';

/** @throws CouchError 405 in the real server's words, unless the method is one of these */
export function checkMethod(method: string, allowed: string): void {
  if (!allowed.split(',').includes(method)) {
    throw new CouchError(405, 'method_not_allowed', `Only ${allowed} allowed`, { Allow: allowed });
  }
}

/** What the real server accepts for each path below a database. */
const ALLOWED: Readonly<Record<string, string>> = {
  '': 'DELETE,GET,HEAD,POST,PUT',
  _all_docs: 'GET,HEAD,POST',
  _bulk_docs: 'POST',
  _bulk_get: 'POST',
  _find: 'POST',
  _index: 'GET,HEAD,POST',
};
const VIEW = 'GET,POST,HEAD';
const DOCUMENT = 'DELETE,GET,HEAD,POST,PUT,COPY';

/** Paths whose POST only reads. */
const QUERIES = new Set(['_all_docs', '_bulk_get', '_find']);

/**
 * Lets what reads pass.
 * @throws CouchError 405 where the real server knows no such method, 403 for what it would write
 */
export function checkReading(method: string, names: readonly string[]): void {
  const [first = ''] = names;
  const isView = first === '_design' && names[2] === '_view';
  checkMethod(method, isView ? VIEW : (ALLOWED[first] ?? DOCUMENT));
  if (method === 'GET' || method === 'HEAD') return;
  if (method === 'POST' && (isView || QUERIES.has(first))) return;
  throw new CouchError(403, 'forbidden', 'This database is written by the platform alone.');
}
