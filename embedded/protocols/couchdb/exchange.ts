import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** A fault in CouchDB's form: `{"error": …, "reason": …}`. */
export class CouchError extends Error {
  override readonly name = 'CouchError';
  constructor(
    readonly status: number,
    readonly error: string,
    readonly reason: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(reason);
  }
}

/** A request on its way to its answer. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  /** the path's segments, decoded */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
}

/** Takes a request in. @throws CouchError if its path is no text */
export function beginExchange(request: IncomingMessage, response: ServerResponse): Exchange {
  const [path, query] = request.url!.split('?', 2);
  try {
    const segments = path!.split('/').slice(1).map(decodeURIComponent);
    return { request, response, method: request.method!, segments, query: new URLSearchParams(query ?? '') };
  } catch {
    throw new CouchError(400, 'bad_request', 'The request path is not valid.');
  }
}

function headers(): Record<string, string> {
  return {
    'Cache-Control': 'must-revalidate',
    'Content-Type': 'application/json',
    Server: 'CouchDB/3.5.0 (faaslab)',
    'X-Couch-Request-ID': randomBytes(5).toString('hex'),
    'X-CouchDB-Body-Time': '0',
  };
}

/** Reason phrases in which CouchDB differs from the rest of the world. */
const PHRASES: Readonly<Record<number, string>> = { 404: 'Object Not Found' };

/** Answers with a document of JSON, ended by a newline as CouchDB does. */
export function answerJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  more: Record<string, string> = {},
): void {
  answerText(response, status, `${JSON.stringify(value)}\n`, more);
}

/** Answers with JSON text. */
export function answerText(
  response: ServerResponse,
  status: number,
  text: string,
  more: Record<string, string> = {},
): void {
  const all = { ...headers(), ...more, 'Content-Length': Buffer.byteLength(text) };
  if (PHRASES[status] === undefined) response.writeHead(status, all);
  else response.writeHead(status, PHRASES[status], all);
  response.end(text);
}

/** Answers that the client already has it. */
export function answerNotModified(response: ServerResponse, tag: string): void {
  const { 'Content-Type': _type, ...common } = headers();
  response.writeHead(304, { ...common, ETag: tag }).end();
}

/** Answers with pieces of text as they come, chunked; waits for a slow reader. */
export async function answerStream(response: ServerResponse, pieces: AsyncIterable<string>): Promise<void> {
  response.writeHead(200, headers());
  for await (const piece of pieces) {
    if (response.destroyed) return;
    if (!response.write(piece)) await drained(response);
  }
  response.end();
}

/** Waits until a slow reader has taken what was written, or is gone; a long answer waits often, so no listener stays. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}

const BODY_LIMIT_BYTES = 8 * 2 ** 20;

/** Reads a body. @throws CouchError 413 */
export async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= BODY_LIMIT_BYTES) chunks.push(chunk);
  }
  if (bytes > BODY_LIMIT_BYTES) throw new CouchError(413, 'too_large', 'the request entity is too large');
  return Buffer.concat(chunks);
}

/** Reads a JSON object; an empty body is `{}`. @throws CouchError 400, 413, 415 */
export async function readJson({ request }: Exchange): Promise<Record<string, unknown>> {
  const type = request.headers['content-type'];
  const bytes = await readBytes(request);
  if (bytes.length === 0) return {};
  if (type === undefined || !/^application\/json\b/i.test(type)) {
    throw new CouchError(415, 'bad_content_type', 'Content-Type must be application/json');
  }
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new CouchError(400, 'bad_request', 'invalid UTF-8 JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new CouchError(400, 'bad_request', 'Request body must be a JSON object');
  }
  return value as Record<string, unknown>;
}
