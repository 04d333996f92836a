import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { nowNs } from '../../timeline.js';

/** A fault that the client is told in OpenWhisk's form, `{"code": …, "error": …}`. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  constructor(
    readonly status: number,
    message: string,
    /** extra headers, e.g. WWW-Authenticate */
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

/** The same, refused before any handler saw it: the real system then sends no CORS headers. */
export class Rejection extends ApiError {}

export const NOT_FOUND = 'The requested resource does not exist.';

export const NO_CREDENTIALS = 'The resource requires authentication, which was not supplied with the request';

/** A request on its way to its answer. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** HEAD is answered as GET, without the body */
  readonly method: string;
  readonly acceptNs: number;
  /** stands in X-Request-ID and in errors */
  readonly transactionId: string;
  /** the path, decoded, from its first segment: `['api', 'v1', …]` */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
}

const CORS = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Headers': 'Authorization, Origin, X-Requested-With, Content-Type, Accept, User-Agent',
  'Access-Control-Allow-Methods': 'GET, DELETE, POST, PUT, HEAD',
} as const;

/** Headers that web actions have in place of the API's. */
export const WEB_CORS = {
  ...CORS,
  'Access-Control-Allow-Methods': 'OPTIONS, GET, DELETE, POST, PUT, HEAD, PATCH',
} as const;

const SERVER = 'faaslab';
const REQUEST_ID = /^[\w-]{1,64}$/;

/** Takes a request in. */
export function beginExchange(request: IncomingMessage, response: ServerResponse): Exchange {
  const acceptNs = nowNs();
  const url = request.url!;
  const mark = url.indexOf('?');
  const given = request.headers['x-request-id'];
  const transactionId = typeof given === 'string' && REQUEST_ID.test(given) ? given : newTransactionId();
  return {
    request,
    response,
    method: request.method === 'HEAD' ? 'GET' : request.method!,
    acceptNs,
    transactionId,
    segments: segmentsOf(mark < 0 ? url : url.slice(0, mark)),
    query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)),
  };
}

function segmentsOf(path: string): string[] {
  try {
    return path.split('/').slice(1).map(decodeURIComponent);
  } catch {
    // A path that cannot be decoded names nothing.
    return [];
  }
}

/** Answers with JSON text. */
export function answerJson(
  { response, transactionId }: Exchange,
  status: number,
  json: string,
  headers: Readonly<Record<string, string>> = CORS,
  activationId?: string,
): void {
  response.writeHead(status, {
    'X-Request-ID': transactionId,
    ...headers,
    ...(activationId === undefined ? {} : { 'x-openwhisk-activation-id': activationId }),
    Server: SERVER,
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(json),
  });
  response.end(json);
}

/** Answers with any content. */
export function answerContent(
  { response, transactionId }: Exchange,
  status: number,
  content: Buffer | string,
  headers: Readonly<Record<string, string | string[]>>,
): void {
  response.writeHead(status, {
    'X-Request-ID': transactionId,
    Server: SERVER,
    ...headers,
    'Content-Length': Buffer.byteLength(content),
  });
  response.end(content);
}

/** Answers a request whose success is all there is to say, as the real server does. */
export function answerOk(exchange: Exchange): void {
  answerContent(exchange, 200, 'OK', { ...CORS, 'Content-Type': 'text/plain; charset=UTF-8' });
}

/** Answers that there is nothing to show. */
export function answerNothing({ response, transactionId }: Exchange): void {
  response.writeHead(204, { 'X-Request-ID': transactionId, ...CORS, Server: SERVER }).end();
}

export function methodNotAllowed(allowed: string): Rejection {
  return new Rejection(405, `HTTP method not allowed, supported methods: ${allowed}`, { Allow: allowed });
}

/** Answers with a fault. */
export function answerFault(exchange: Exchange, fault: ApiError): void {
  const cors = fault instanceof Rejection ? {} : CORS;
  const json = JSON.stringify({ code: exchange.transactionId, error: fault.message });
  answerJson(exchange, fault.status, json, { ...cors, ...fault.headers });
}

let pool = '';

/** 32 alphanumerics. */
function newTransactionId(): string {
  while (pool.length < 32) pool += randomBytes(3072).toString('base64').replaceAll(/[+/=]/g, '');
  const id = pool.slice(0, 32);
  pool = pool.slice(32);
  return id;
}
