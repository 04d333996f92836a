import { STATUS, type ActivationResponse } from '../../activations/response.js';

/** How a web action's result is to be read. */
export type Extension = 'http' | 'json' | 'html' | 'svg' | 'text';

export interface WebAnswer {
  status: number;
  headers: Record<string, string>;
  content: Buffer | string;
}

const JSON_TYPE = 'application/json';
const TYPES: Readonly<Record<Exclude<Extension, 'http' | 'json'>, string>> = {
  html: 'text/html; charset=UTF-8',
  svg: 'image/svg+xml',
  text: 'text/plain; charset=UTF-8',
};

/**
 * The HTTP answer that a web action's result stands for: with `.http` (the default) its `statusCode`, `headers` and `body`
 * (base64 where the content type is binary); with another extension the field of that name, or with `.json` all of it.
 * What the function reports as its error is answered as 400, unless it says otherwise.
 */
export function webAnswerOf({ result, statusCode }: ActivationResponse, extension: Extension): WebAnswer {
  const value = JSON.parse(result) as Record<string, unknown>;
  if (statusCode === STATUS.applicationError) {
    const fault = value['error'];
    const worded = isObject(fault) && ('statusCode' in fault || 'body' in fault || 'headers' in fault);
    return httpAnswer(worded ? fault : { statusCode: 400, body: fault }, 400);
  }
  if (extension === 'http') return httpAnswer(value, 200);
  if (extension === 'json') return { status: 200, headers: { 'Content-Type': JSON_TYPE }, content: result };
  const field = value[extension];
  if (field === undefined) {
    return {
      status: 404,
      headers: { 'Content-Type': JSON_TYPE },
      content: errorJson('Response does not include requested property.'),
    };
  }
  const content = typeof field === 'string' ? field : JSON.stringify(field);
  return { status: 200, headers: { 'Content-Type': TYPES[extension] }, content };
}

function httpAnswer(fields: Record<string, unknown>, normalStatus: number): WebAnswer {
  const { body, headers, statusCode } = fields;
  const status = Number(statusCode ?? (body === undefined || body === '' ? 204 : normalStatus));
  const given = headersIn(headers);
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    return { status: 400, headers: { 'Content-Type': JSON_TYPE }, content: errorJson('Response is not valid.') };
  }
  if (body === undefined || body === null) return { status, headers: given, content: '' };
  const isText = typeof body === 'string';
  const typeKey = Object.keys(given).find((name) => name.toLowerCase() === 'content-type');
  const type = typeKey === undefined ? (isText ? 'text/html; charset=UTF-8' : JSON_TYPE) : given[typeKey]!;
  if (typeKey !== undefined) delete given[typeKey];
  const content = isText ? (isBinary(type) ? Buffer.from(body, 'base64') : body) : JSON.stringify(body);
  return { status, headers: { ...given, 'Content-Type': type }, content };
}

/** Headers whose names and values HTTP allows; what would break the answer is left out. */
function headersIn(headers: unknown): Record<string, string> {
  const given: Record<string, string> = {};
  if (!isObject(headers)) return given;
  for (const [name, value] of Object.entries(headers)) {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    const lower = name.toLowerCase();
    if (lower === 'content-length' || lower === 'transfer-encoding' || lower === 'connection') continue;
    if (/^[\w!#$%&'*+.^`|~-]+$/.test(name) && /^[\t\x20-\x7e\x80-\xff]*$/.test(text)) given[name] = text;
  }
  return given;
}

/** Media types whose bodies a function gives in base64. */
function isBinary(type: string): boolean {
  return !/^text\/|^application\/([\w.-]+\+)?(json|xml|javascript)\b|\+(json|xml)\b|^application\/x-www-form-urlencoded/i.test(
    type,
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function errorJson(error: string): string {
  return JSON.stringify({ error });
}
