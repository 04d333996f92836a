import type { IncomingMessage } from 'node:http';
import { messageOf } from '../../../common/errors.js';
import { readWithin } from '../request-body.js';
import { ApiError, Rejection } from './exchange.js';

/** Longest parameters of an invocation, bytes. */
export const PAYLOAD_LIMIT_BYTES = 1_048_576;
/** Longest PUT: 48 MB of code, in base64, with what stands around it. */
export const ENTITY_LIMIT_BYTES = 70 * 2 ** 20;

/** Reads a body. @throws ApiError 413 beyond the limit; the rest is then read and dropped */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > limitBytes) refuse(request, announced, limitBytes);
  return readWithin(request, {
    limitBytes,
    tooLarge: (bytes) => tooLarge(bytes, limitBytes),
    aborted: () => new ApiError(400, 'The request ended too early.'),
  });
}

function refuse(request: IncomingMessage, bytes: number, limitBytes: number): never {
  request.resume();
  throw tooLarge(bytes, limitBytes);
}

function tooLarge(bytes: number, limitBytes: number): ApiError {
  return new ApiError(413, `Request larger than allowed: ${bytes} > ${limitBytes} bytes.`);
}

/** A body that was read as a JSON object. */
export interface JsonBody {
  text: string;
  value: Record<string, unknown>;
}

/** Reads a JSON object; an empty body is `{}`. @throws ApiError 413, 415; Rejection 400 */
export async function readJsonObject(request: IncomingMessage, limitBytes: number): Promise<JsonBody> {
  const bytes = await readBody(request, limitBytes);
  if (bytes.length === 0) return { text: '{}', value: {} };
  const type = request.headers['content-type'];
  if (type !== undefined && !/^application\/([\w.-]+\+)?json\b/i.test(type)) {
    throw new Rejection(415, `The request's Content-Type is not supported. Expected:\napplication/json`);
  }
  return parseJsonObject(bytes.toString('utf8'));
}

/** @throws Rejection 400 */
export function parseJsonObject(text: string): JsonBody {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Rejection(400, `The request content was malformed:\n${messageOf(error)}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Rejection(400, 'The request content was malformed:\nJSON object expected');
  }
  return { text, value: value as Record<string, unknown> };
}
