import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { httpServer } from './http-servers.js';

/** The only credentials that a Lambda endpoint of a test accepts; what must never be written anywhere. */
export const LAMBDA_KEYS = {
  accessKeyId: 'AKIATESTTESTTESTTEST',
  secretAccessKey: 'secretThatNobodyMaySee/0123456789+abcdef',
  sessionToken: 'tokenThatNobodyMaySee//////////0123456789==',
};

export const LAMBDA_ENVIRONMENT = {
  AWS_ACCESS_KEY_ID: LAMBDA_KEYS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: LAMBDA_KEYS.secretAccessKey,
  AWS_SESSION_TOKEN: LAMBDA_KEYS.sessionToken,
  AWS_REGION: 'eu-central-1',
};

/** A request that arrived whole, with a signature that is right. */
export interface InvokeRequest {
  method: string;
  url: URL;
  headers: IncomingMessage['headers'];
  body: Buffer;
  /** given by the endpoint, as Lambda gives one to each request */
  requestId: string;
}

export type LambdaAnswer = (request: InvokeRequest, response: ServerResponse) => void;

/**
 * The wire protocol of Lambda, as far as it concerns the sender: each request must be signed (AWS Signature Version 4, worked
 * out here from its specification), else it is answered as AWS answers, which repeats what should have been signed.
 */
export async function lambdaEndpoint(answer: LambdaAnswer): Promise<{ url: string; requests: InvokeRequest[] }> {
  const requests: InvokeRequest[] = [];
  let count = 0;
  const url = await httpServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const requestId = `00000000-0000-4000-8000-${String((count += 1)).padStart(12, '0')}`;
      response.setHeader('x-amzn-requestid', requestId);
      const at = new URL(request.url!, 'http://lambda');
      // Preflight's question whether anybody answers at all.
      if (at.pathname === '/') return response.writeHead(404).end();
      const arrived: InvokeRequest = {
        method: request.method!,
        url: at,
        headers: request.headers,
        body: Buffer.concat(chunks),
        requestId,
      };
      const canonical = canonicalRequest(arrived);
      if (request.headers.authorization !== authorizationOf(arrived, canonical)) {
        return answerError(response, 403, 'InvalidSignatureException', {
          message: `The request signature we calculated does not match.\n\nThe Canonical String for this request should have been\n'${canonical}'`,
        });
      }
      requests.push(arrived);
      return answer(arrived, response);
    });
  });
  return { url, requests };
}

/** An error of the service, in its form. */
export function answerError(response: ServerResponse, status: number, type: string, body: object = {}): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'x-amzn-errortype': `${type}:http://internal.amazon.com/coral/com.amazonaws.awsgirapi/`,
  });
  response.end(JSON.stringify(body));
}

/** What Lambda puts into `X-Amz-Log-Result`: base64 of the last 4 KB of a log. */
export function logTail(log: string): string {
  return Buffer.from(log, 'utf8').subarray(-4_096).toString('base64');
}

export function reportLine(requestId: string, more = ''): string {
  return `REPORT RequestId: ${requestId}\tDuration: 2.04 ms\tBilled Duration: 3 ms\tMemory Size: 128 MB\tMax Memory Used: 54 MB\t${more}`;
}

/** An execution that went well, told as Lambda tells it. */
export function answerOk({ requestId }: InvokeRequest, response: ServerResponse, more = ''): void {
  const log = `START RequestId: ${requestId} Version: $LATEST\nEND RequestId: ${requestId}\n${reportLine(requestId, more)}\n`;
  response.writeHead(200, { 'content-type': 'application/json', 'x-amz-log-result': logTail(log) });
  response.end('{"ok":true}');
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html, step 1 */
function canonicalRequest({ method, url, headers, body }: InvokeRequest): string {
  const names = signedHeaders(headers.authorization).split(';');
  // The path is encoded once more than it is sent: every service but S3.
  const path = url.pathname.split('/').map(encoded).join('/');
  const query = [...url.searchParams].map(([name, value]) => `${encoded(name)}=${encoded(value)}`).toSorted();
  return [
    method,
    path,
    query.join('&'),
    ...names.map((name) => `${name}:${String(headers[name]).trim().replaceAll(/\s+/g, ' ')}`),
    '',
    names.join(';'),
    createHash('sha256').update(body).digest('hex'),
  ].join('\n');
}

/** Steps 2 to 5: the whole value of the header. */
function authorizationOf({ headers }: InvokeRequest, canonical: string): string {
  if (headers['x-amz-security-token'] !== LAMBDA_KEYS.sessionToken) return 'no token';
  const at = String(headers['x-amz-date']);
  const scope = `${at.slice(0, 8)}/${LAMBDA_ENVIRONMENT.AWS_REGION}/lambda/aws4_request`;
  const toSign = `AWS4-HMAC-SHA256\n${at}\n${scope}\n${createHash('sha256').update(canonical).digest('hex')}`;
  const key = scope.split('/').reduce<Buffer | string>(hmac, `AWS4${LAMBDA_KEYS.secretAccessKey}`);
  const signed = signedHeaders(headers.authorization);
  // What must be signed, whatever the sender says that it signed.
  const must = ['host', 'x-amz-date', 'x-amz-security-token', 'x-amz-content-sha256'];
  if (must.some((name) => name in headers && !signed.split(';').includes(name))) return 'unsigned headers';
  return `AWS4-HMAC-SHA256 Credential=${LAMBDA_KEYS.accessKeyId}/${scope}, SignedHeaders=${signed}, Signature=${hmac(key, toSign).toString('hex')}`;
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function signedHeaders(authorization = ''): string {
  return /SignedHeaders=([^,]+)/.exec(authorization)?.[1] ?? '';
}

function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
