import { isSecretKey } from '../common/secrets.js';
import { isPlainObject, type Readable } from './read-fields.js';
import type { Findings } from './findings.js';
import type { EndpointConfig, EndpointKind } from './model.js';
import { DEFAULT_MAX_PROCESSES } from './schema-endpoint.js';
import { ENDPOINT_KEYS, type ConfigInput } from './schema.js';
import { withoutSecrets } from './web-address.js';

/** Of an endpoint, where no key of ours sounds like it, these would hold a credential too. */
const CREDENTIAL = /auth|key/i;

/**
 * The endpoint of a config, its kind first.
 * @param raw the value as it stands in the config, for keys that no schema knows
 */
export function resolveEndpoint(
  given: Readable<ConfigInput>['endpoint'],
  raw: unknown,
  findings: Findings,
): EndpointConfig {
  refuseCredentials(raw, findings);
  if (typeof given !== 'object') return endpointOfKind(given ?? 'local_openwhisk');
  const kind: EndpointKind = given.kind ?? 'local_openwhisk';
  const endpoint = endpointOfKind(kind);
  const fits = (key: string): boolean => ENDPOINT_KEYS[kind].includes(key);
  for (const key of Object.keys(given)) {
    if (key !== 'kind' && given[key as keyof typeof given] !== undefined && !fits(key)) {
      findings.warn(['endpoint', key], `means nothing to kind "${kind}", ignored`);
    }
  }
  if (fits('api_host') && given.api_host !== undefined) {
    endpoint.apiHost = address(given.api_host, 'api_host', findings);
  }
  if (fits('endpoint_url') && given.endpoint_url !== undefined) {
    endpoint.endpointUrl = address(given.endpoint_url, 'endpoint_url', findings);
  }
  if (fits('namespace') && given.namespace !== undefined) endpoint.namespace = given.namespace;
  if (fits('region') && given.region !== undefined) endpoint.region = given.region;
  if (fits('qualifier') && given.qualifier !== undefined) endpoint.qualifier = given.qualifier;
  if (fits('invocation_type') && given.invocation_type !== undefined) endpoint.invocationType = given.invocation_type;
  if (fits('insecure') && given.insecure !== undefined) endpoint.insecure = given.insecure;
  if (fits('max_processes') && given.max_processes !== undefined) endpoint.maxProcesses = given.max_processes;
  return endpoint;
}

function endpointOfKind(kind: EndpointKind): EndpointConfig {
  return kind === 'wsk' ? { kind, maxProcesses: DEFAULT_MAX_PROCESSES } : { kind };
}

function refuseCredentials(raw: unknown, findings: Findings): void {
  if (!isPlainObject(raw)) return;
  for (const key of Object.keys(raw).filter((name) => isSecretKey(name) || CREDENTIAL.test(name))) {
    findings.error(
      ['endpoint', key],
      'credentials never stand in a config; set WHISK_AUTH, use ~/.wskprops, or the AWS credential chain',
    );
  }
}

function address(given: string, key: string, findings: Findings): string {
  const fault = withoutSecrets(given.includes('://') ? given : `https://${given}`).fault;
  if (fault !== undefined) findings.error(['endpoint', key], fault);
  return given.replace(/\/+$/, '');
}

/** Whether an invocation waits for its result; null where the kind of endpoint decides. */
export function resolveBlocking(
  endpoint: EndpointConfig,
  given: boolean | undefined,
  findings: Findings,
): boolean | null {
  if (endpoint.kind === 'generic') {
    if (typeof given === 'boolean') findings.warn(['blocking_cli'], 'a generic endpoint always waits, ignored');
    return null;
  }
  if (endpoint.kind === 'lambda') {
    if (endpoint.invocationType === undefined) return given ?? true;
    const waits = endpoint.invocationType === 'RequestResponse';
    if (typeof given === 'boolean' && given !== waits) {
      findings.warn(['blocking_cli'], `endpoint.invocation_type "${endpoint.invocationType}" wins, ignored`);
    }
    return waits;
  }
  if (typeof given !== 'boolean' && !findings.concerns(['blocking_cli'])) {
    findings.error(['blocking_cli'], 'is missing; must be true or false');
  }
  return given ?? null;
}
