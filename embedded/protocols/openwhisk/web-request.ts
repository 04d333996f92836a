import { NAMESPACE } from '../../activations/parts.js';
import { ApiError, type Exchange } from './exchange.js';
import { isJson, isText } from './media-types.js';
import { NOT_ALLOWED } from './parameters.js';

/** What the platform itself tells a web action, which no request may set. */
const RESERVED = new Set(['__ow_method', '__ow_headers', '__ow_path', '__ow_user', '__ow_query', '__ow_body']);

/**
 * The parameters in a request for a web action: those of the query under those of a JSON object or a form; any other body
 * is one parameter, `__ow_body`, in base64 unless it is text.
 * @param final names that a request may not set
 * @throws ApiError 400
 */
export function parametersOf(exchange: Exchange, body: Buffer, final: ReadonlySet<string>): Record<string, unknown> {
  const asked = Object.fromEntries(exchange.query);
  const content = contentOf(exchange, body);
  const own: Record<string, unknown> = isObject(content) ? { ...asked, ...content } : asked;
  if (Object.keys(own).some((name) => RESERVED.has(name) || final.has(name))) throw new ApiError(400, NOT_ALLOWED);
  return isObject(content) || content === undefined ? own : { ...own, __ow_body: content };
}

/** The same for an action with `raw-http`, which reads query and body itself. */
export function rawParametersOf({ request }: Exchange, body: Buffer): Record<string, unknown> {
  const mark = request.url!.indexOf('?');
  const type = request.headers['content-type'] ?? '';
  const encoding = isText(type) && !/^application\/json\b/i.test(type) ? 'utf8' : 'base64';
  return { __ow_query: mark < 0 ? '' : request.url!.slice(mark + 1), __ow_body: body.toString(encoding) };
}

function contentOf({ request }: Exchange, body: Buffer): unknown {
  if (body.length === 0) return undefined;
  const type = request.headers['content-type'] ?? '';
  if (isJson(type)) return jsonIn(body.toString('utf8'));
  if (/^application\/x-www-form-urlencoded\b/i.test(type)) {
    return Object.fromEntries(new URLSearchParams(body.toString('utf8')));
  }
  return body.toString(isText(type) ? 'utf8' : 'base64');
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ApiError(400, `The request content was malformed:\n${(error as Error).message}`);
  }
}

/** What the platform tells of the request. */
export function requestContext(
  { request }: Exchange,
  more: readonly string[],
  isUser: boolean,
): Record<string, unknown> {
  return {
    __ow_method: request.method!.toLowerCase(),
    __ow_headers: request.headers,
    __ow_path: more.length === 0 ? '' : `/${more.join('/')}`,
    ...(isUser ? { __ow_user: NAMESPACE } : {}),
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
