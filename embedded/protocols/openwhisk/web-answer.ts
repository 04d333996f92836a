import { STATUS_CODES } from 'node:http';
import { STATUS, type ActivationResponse } from '../../activations/response.js';
import { ApiError } from './exchange.js';
import { isJson, isMediaType, isText, withCharset } from './media-types.js';
import { prettyJson } from './pretty-json.js';

/** How a web action's result is to be read. */
export type Extension = 'http' | 'json' | 'html' | 'svg' | 'text';

export interface WebAnswer {
  status: number;
  headers: Record<string, string | string[]>;
  content: Buffer | string;
}

/**
 * The HTTP answer that a web action's result stands for: with `.http` (the default) its `statusCode`, `headers` and `body`
 * (base64 where the content type is binary); with `.html`, `.svg` and `.text` its `body`, or the field of that name; with
 * `.json` all of it. Of a result that reports an error the same is read from its field `error`.
 * @throws ApiError 400, 404 if it does not stand for one
 * @see https://github.com/apache/openwhisk/blob/master/docs/webactions.md
 */
export function webAnswerOf({ result, statusCode }: ActivationResponse, extension: Extension): WebAnswer {
  const whole: unknown = JSON.parse(result);
  const value = statusCode === STATUS.success ? whole : (whole as Record<string, unknown>)['error'];
  switch (extension) {
    case 'http':
      return httpAnswer(value);
    case 'json':
      if (typeof value !== 'object' || value === null) throw notValid('application/json');
      return answer('application/json', prettyJson(value));
    case 'html':
    case 'svg': {
      const type = { html: 'text/html', svg: 'image/svg+xml' }[extension];
      const field = isObject(value) ? (value['body'] ?? value[extension]) : value;
      if (typeof field !== 'string') throw notValid(type);
      return answer(withCharset(type), field);
    }
    case 'text': {
      const field = isObject(value) ? (value['body'] ?? value['text']) : value;
      if (field === undefined) throw new ApiError(404, 'Response does not include requested property.');
      return answer('text/plain; charset=UTF-8', typeof field === 'string' ? field : prettyJson(field));
    }
  }
}

function answer(type: string, content: string): WebAnswer {
  return { status: 200, headers: { 'Content-Type': type }, content };
}

function httpAnswer(fields: unknown): WebAnswer {
  if (!isObject(fields)) throw notValid('message/http');
  const headers = headersIn(fields['headers']);
  const status = statusIn(fields['statusCode']);
  const { body } = fields;
  const typeKey = Object.keys(headers).find((name) => name.toLowerCase() === 'content-type');
  const given = typeKey === undefined ? undefined : String(headers[typeKey]);
  if (typeKey !== undefined) delete headers[typeKey];
  if (body === undefined || body === null || body === '') return { status: status ?? 204, headers, content: '' };
  if (given !== undefined && !isMediaType(given)) {
    throw new ApiError(400, 'Response did not specify a known content-type.');
  }
  const type = given ?? (typeof body === 'string' ? 'text/html' : 'application/json');
  const content = typeof body === 'string' ? textContent(type, body) : jsonContent(type, body);
  return { status: status ?? 200, headers: { ...headers, 'Content-Type': withCharset(type) }, content };
}

function jsonContent(type: string, body: unknown): string {
  if (!isJson(type)) throw wrongContent();
  return prettyJson(body);
}

function textContent(type: string, body: string): Buffer | string {
  // JSON in base64 is decoded, too, as the real system does for old actions.
  const encoded = !isText(type) || isJson(type);
  if (encoded && isBase64(body)) return Buffer.from(body, 'base64');
  if (!isText(type)) throw wrongContent();
  return body;
}

function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[\w+/]*={0,2}$/.test(text) && !text.includes('_');
}

/** The headers that HTTP allows; what would break the answer's own framing is left out. @throws ApiError 400 */
function headersIn(headers: unknown): Record<string, string | string[]> {
  const given: Record<string, string | string[]> = {};
  if (headers === undefined) return given;
  if (!isObject(headers)) throw notValid('message/http');
  for (const [name, value] of Object.entries(headers)) {
    const texts = (Array.isArray(value) ? value : [value]).map(headerText);
    const ofFraming = ['content-length', 'transfer-encoding', 'connection'].includes(name.toLowerCase());
    const allowed = /^[\w!#$%&'*+.^`|~-]+$/.test(name) && texts.every((text) => /^[\t\x20-\x7e\x80-\xff]*$/.test(text));
    if (allowed && !ofFraming) given[name] = texts.length === 1 ? texts[0]! : texts;
  }
  return given;
}

function headerText(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw notValid('message/http');
}

/** Undefined where the result has none. @throws ApiError 400 */
function statusIn(statusCode: unknown): number | undefined {
  if (statusCode === undefined) return undefined;
  const isCode = typeof statusCode === 'number' || (typeof statusCode === 'string' && /^\d+$/.test(statusCode));
  const status = isCode ? Number(statusCode) : Number.NaN;
  // One that is not in HTTP's list is refused, and so is one before the answer proper, which would end nothing.
  if (STATUS_CODES[status] === undefined || status < 200) throw notValid('message/http');
  return status;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function notValid(type: string): ApiError {
  return new ApiError(400, `Response is not valid '${type}'.`);
}

function wrongContent(): ApiError {
  return new ApiError(400, 'Response type in header did not match generated content type.');
}
