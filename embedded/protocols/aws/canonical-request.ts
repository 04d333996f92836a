import { createHmac, hash } from 'node:crypto';

/** A request as it came over the wire. */
export interface WireRequest {
  method: string;
  /** path and query as they were sent */
  target: string;
  /** name, value, name, value, … as they were sent */
  rawHeaders: readonly string[];
  bodySha256: string;
}

/** What a signature is made for: `20150830/us-east-1/lambda/aws4_request`. */
export interface Scope {
  date: string;
  region: string;
  service: string;
}

export const ALGORITHM = 'AWS4-HMAC-SHA256';

/**
 * The canonical form of a request, over which its sender and its receiver must agree byte for byte: method, path, query,
 * signed headers, their names, hash of the body. The path is normalized and encoded once more than on the wire, as for every
 * service but S3.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function canonicalRequest(request: WireRequest, signedHeaders: readonly string[]): string {
  const { method, target, rawHeaders, bodySha256 } = request;
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const headers = signedHeaders.map((name) => `${name}:${valueOf(rawHeaders, name)}\n`);
  return [
    method,
    canonicalPath(path),
    canonicalQuery(mark < 0 ? '' : target.slice(mark + 1)),
    headers.join(''),
    signedHeaders.join(';'),
    bodySha256,
  ].join('\n');
}

/** Hexadecimal digits of the signature. */
export function signatureOf(canonical: string, dateTime: string, scope: Scope, key: Buffer): string {
  const toSign = [ALGORITHM, dateTime, scopeText(scope), sha256(canonical)].join('\n');
  return hmac(key, toSign).toString('hex');
}

/** The key of one day, Region and service, drawn from the secret. */
export function signingKey(secret: string, { date, region, service }: Scope): Buffer {
  return [date, region, service, 'aws4_request'].reduce(hmac, Buffer.from(`AWS4${secret}`));
}

export function scopeText({ date, region, service }: Scope): string {
  return `${date}/${region}/${service}/aws4_request`;
}

export function sha256(content: string | Buffer): string {
  return hash('sha256', content, 'hex');
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/** Values of one name in their order, each without outer blanks and with single inner ones. */
function valueOf(rawHeaders: readonly string[], name: string): string {
  const values: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (rawHeaders[i]!.toLowerCase() === name) values.push(rawHeaders[i + 1]!.trim().replaceAll(/\s+/g, ' '));
  }
  return values.join(',');
}

function canonicalPath(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(encoded(segment));
  }
  const isFolder = /\/\.{0,2}$/.test(path) && kept.length > 0;
  return `/${kept.join('/')}${isFolder ? '/' : ''}`;
}

/** Pairs by name and then by value, compared as they are encoded. */
function canonicalQuery(query: string): string {
  if (query === '') return '';
  const pairs = query.split('&').map((pair) => {
    const equals = pair.indexOf('=');
    const [name, value] = equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
    return [encoded(decoded(name)), encoded(decoded(value))] as const;
  });
  return pairs
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** RFC 3986: all but letters, digits and `-._~`. */
function encoded(text: string): string {
  const percent = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, percent);
}
