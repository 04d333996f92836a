import type { Findings, JsonPath } from './findings.js';
import type { HttpTarget, Payload } from './model.js';
import type { Readable } from './read-fields.js';
import type { InstanceInput } from './schema-instance.js';
import { withoutSecrets } from './web-address.js';

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Headers whose value is a credential, so that it may come only from the environment. */
const CREDENTIAL_HEADER = /^(?:proxy-)?authorization$|^(?:set-)?cookie$|key$|token$|secret$|password$/i;
const ENVIRONMENT_NAME = /\$\{[A-Za-z_][A-Za-z0-9_]*\}/;
/** Set by whoever sends: a second opinion would break the request. */
const FRAMING_HEADER = /^(?:content-length|transfer-encoding|connection|expect|upgrade|te|trailer)$/i;

/**
 * The request of a generic endpoint, without its body.
 * @returns undefined where the config does not say enough; findings say why
 */
export function resolveHttp(
  given: Readable<InstanceInput>,
  headers: Record<string, string>,
  at: JsonPath,
  findings: Findings,
): HttpTarget | undefined {
  const method = given.method ?? 'POST';
  if (!TOKEN.test(method)) findings.error([...at, 'method'], 'must be an HTTP method such as "POST"');
  if (method.toUpperCase() === 'CONNECT') {
    findings.error(
      [...at, 'method'],
      'CONNECT asks a proxy for a tunnel; an invocation is another method, such as "POST"',
    );
  }
  if (given.url === undefined) {
    if (!findings.concerns([...at, 'url'])) {
      findings.error([...at, 'url'], 'is missing; a generic endpoint needs an http or https URL');
    }
    return undefined;
  }
  const { fault } = withoutSecrets(given.url);
  if (fault !== undefined) {
    findings.error([...at, 'url'], fault);
    return undefined;
  }
  return { url: given.url, method: method.toUpperCase(), headers };
}

/** The headers of an instance; a credential in one is refused whatever the endpoint. */
export function resolveHeaders(
  given: Record<string, string | undefined>,
  at: JsonPath,
  findings: Findings,
): Record<string, string> {
  const headers: [string, string][] = [];
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    const fault = headerFault(name, value);
    if (fault === undefined) headers.push([name, value]);
    else findings.error([...at, 'headers', name], fault);
  }
  return Object.fromEntries(headers);
}

/** The headers of a request with this body: they name its type, unless the config does so itself. */
export function withContentType(
  headers: Record<string, string>,
  payload: Payload,
  given: string | undefined,
): Record<string, string> {
  const contentType = payload.kind === 'data' ? payload.contentType : (given ?? 'application/json');
  const saysType = Object.keys(headers).some((header) => header.toLowerCase() === 'content-type');
  return payload.kind === 'none' || saysType ? headers : { ...headers, 'content-type': contentType };
}

/** What is wrong with a header, without its value, which may be a secret. */
function headerFault(name: string, value: string): string | undefined {
  if (!TOKEN.test(name)) return 'is not the name of a header';
  if (FRAMING_HEADER.test(name)) return 'is set when a request is sent; leave it out';
  // oxlint-disable-next-line no-control-regex -- these are what must not reach a header line
  if (/[\u0000-\u0008\u000a-\u001f\u007f]|[^\u0000-\u00ff]/.test(value)) {
    return 'must be printable Latin-1 text on one line';
  }
  if (CREDENTIAL_HEADER.test(name) && !ENVIRONMENT_NAME.test(value)) {
    return 'a credential must not stand in a config; write ${ENV_NAME}, which is replaced when sent';
  }
  return undefined;
}
