import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { nowNs } from '../../timeline.js';
import { readWithin } from '../request-body.js';
import { AwsFault } from './fault.js';

/** A request on its way to its answer. */
export interface AwsExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly acceptNs: number;
  /** stands in x-amzn-RequestId; of an invocation it is the execution's */
  readonly requestId: string;
  /** the path's segments, decoded, from the first */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  readonly body: Buffer;
}

/** Largest request that is read: Lambda's for CreateFunction. */
export const REQUEST_LIMIT_BYTES = 70_167_211;

/** Takes a request in, with its body. @throws AwsFault 413 */
export async function beginExchange(request: IncomingMessage, response: ServerResponse): Promise<AwsExchange> {
  const acceptNs = nowNs();
  const requestId = randomUUID();
  response.setHeader('x-amzn-RequestId', requestId);
  const body = await readWithin(request, { limitBytes: REQUEST_LIMIT_BYTES, tooLarge });
  const url = request.url!;
  const mark = url.indexOf('?');
  return {
    request,
    response,
    acceptNs,
    requestId,
    segments: segmentsOf(mark < 0 ? url : url.slice(0, mark)),
    query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)),
    body,
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

function tooLarge(): AwsFault {
  return new AwsFault(
    'RequestEntityTooLargeException',
    413,
    `Request must be smaller than ${REQUEST_LIMIT_BYTES} bytes for the CreateFunction operation`,
  );
}

/** Answers with a body. */
export function answerText(
  { response }: Pick<AwsExchange, 'response'>,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>>,
): void {
  response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(text) });
  response.end(text);
}

/** The body as a JSON object; an empty one is `{}`. @throws AwsFault 400 */
export function jsonObjectOf({ body }: AwsExchange, faultType: string): Record<string, unknown> {
  if (body.length === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new AwsFault(faultType, 400, `Could not parse request body into json: ${(error as Error).message}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new AwsFault(faultType, 400, 'Could not parse request body into json: an object was expected');
  }
  return value as Record<string, unknown>;
}
