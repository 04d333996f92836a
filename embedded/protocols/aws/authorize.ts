import { timingSafeEqual } from 'node:crypto';
import { incomplete, partsOf } from './authorization-header.js';
import { canonicalRequest, scopeText, sha256, signatureOf, signingKey, type Scope } from './canonical-request.js';
import { AwsFault } from './fault.js';

/** The one access key that is accepted, and where. */
export interface AccessKey {
  accessKeyId: string;
  secretAccessKey: string;
  region: string;
}

/** What a signature is checked of. */
export interface SignedRequest {
  method: string;
  target: string;
  rawHeaders: readonly string[];
  headers: { readonly authorization?: string | undefined; readonly [name: string]: string | string[] | undefined };
  body: Buffer;
}

/** A request is refused that was signed longer ago, or is signed for later, than this. */
const TOLERANCE_MS = 5 * 60_000;

/**
 * Checks the signatures (Signature Version 4) of requests to one service.
 * @returns a function that lets a request pass, or throws the AwsFault that AWS's service would answer
 * @param status of refusals: 403, or 400 in protocols that know no other
 */
export function authorizer(
  key: AccessKey,
  service: string,
  status: number,
  now = Date.now,
): (request: SignedRequest) => void {
  let ofDay: { date: string; key: Buffer } | null = null;
  const refusal = (type: string, message: string): AwsFault => new AwsFault(type, status, message);
  const mismatch = (message: string): AwsFault => refusal('InvalidSignatureException', message);

  function keyOf(scope: Scope): Buffer {
    if (ofDay?.date !== scope.date) ofDay = { date: scope.date, key: signingKey(key.secretAccessKey, scope) };
    return ofDay.key;
  }
  function checkTime(dateTime: string): void {
    const signedMs = epochMsOf(dateTime);
    const nowMs = now();
    if (Math.abs(signedMs - nowMs) <= TOLERANCE_MS) return;
    const [is, early, late] = [nowMs, nowMs - TOLERANCE_MS, nowMs + TOLERANCE_MS].map(basicTime);
    if (signedMs < nowMs) {
      throw mismatch(`Signature expired: ${dateTime} is now earlier than ${early} (${is} - 5 min.)`);
    }
    throw mismatch(`Signature not yet current: ${dateTime} is still later than ${late} (${is} + 5 min.)`);
  }

  return (request) => {
    const { authorization } = request.headers;
    if (authorization === undefined)
      throw refusal('MissingAuthenticationTokenException', 'Missing Authentication Token');
    const given = headerOf(request.headers['x-amz-date']) ?? headerOf(request.headers['date']);
    const { credential, signedHeaders, signature, missing } = partsOf(authorization, given);
    if (missing.length > 0) throw refusal('IncompleteSignatureException', incomplete(missing, authorization));
    const [accessKeyId, date, region, ofService, terminator] = credential.split('/');
    if (ofService !== service) throw mismatch(`Credential should be scoped to correct service: '${service}'.`);
    if (region !== key.region) {
      throw mismatch(
        `Credential should be scoped to a valid region, not '${region}' (this platform is '${key.region}').`,
      );
    }
    if (terminator !== 'aws4_request')
      throw mismatch(`Credential should be scoped with a valid terminator: 'aws4_request'.`);
    const dateTime = asBasicTime(given!);
    if (dateTime === null) {
      throw refusal(
        'IncompleteSignatureException',
        `Date must be in ISO-8601 'basic format'. Got '${given}'. See https://en.wikipedia.org/wiki/ISO_8601`,
      );
    }
    if (date !== dateTime.slice(0, 8)) {
      throw mismatch(
        `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${date}' != '${dateTime.slice(0, 8)}', from '${dateTime}'.`,
      );
    }
    // A token belongs to a temporary key, which this platform has none of.
    const hasToken = headerOf(request.headers['x-amz-security-token']) !== undefined;
    if (hasToken || !isSame(accessKeyId!, key.accessKeyId)) {
      throw refusal('UnrecognizedClientException', 'The security token included in the request is invalid.');
    }
    checkTime(dateTime);
    const scope: Scope = { date, region, service };
    for (const name of ['Host', ...amzHeadersOf(request)]) {
      if (signedHeaders.includes(name.toLowerCase())) continue;
      throw mismatch(`'${name}' must be a 'SignedHeader' in the AWS Authorization.`);
    }
    const canonical = canonicalRequest({ ...request, bodySha256: sha256(request.body) }, signedHeaders);
    if (!isSame(signature, signatureOf(canonical, dateTime, scope, keyOf(scope)))) {
      throw mismatch(
        'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and ' +
          `signing method. Consult the service documentation for details. (scope ${scopeText(scope)})`,
      );
    }
  };
}

function headerOf(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The headers that say what is asked for, so that nobody may add one on the way; in lower case. */
function amzHeadersOf({ rawHeaders }: SignedRequest): string[] {
  return rawHeaders
    .filter((_, at) => at % 2 === 0)
    .map((name) => name.toLowerCase())
    .filter((name) => name.startsWith('x-amz-'));
}

/** `20150830T123600Z`, also from a Date header; null for anything else. */
function asBasicTime(text: string): string | null {
  if (/^\d{8}T\d{6}Z$/.test(text)) return Number.isNaN(epochMsOf(text)) ? null : text;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : basicTime(ms);
}

function basicTime(epochMs: number): string {
  return new Date(epochMs).toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
}

function epochMsOf(basic: string): number {
  return Date.parse(basic.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

/** In a time that does not depend on where they differ. */
function isSame(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}
