import { shown } from '../common/shown.js';
import type { Findings, JsonPath } from './findings.js';
import type { EndpointConfig, InstanceSpec } from './model.js';
import type { NamedFiles } from './named-files.js';
import type { Readable } from './read-fields.js';
import { resolveArrivals, resolveWindow } from './resolve-arrivals.js';
import { resolveHeaders, resolveHttp, withContentType } from './resolve-http.js';
import { resolvePayload } from './resolve-payload.js';
import type { InstanceInput } from './schema-instance.js';

/** What an instance is resolved against: the rest of its config, as far as it could be read. */
export interface InstanceSurroundings {
  durationS: number | undefined;
  endpoint: EndpointConfig;
  blocking: boolean | null;
  files: NamedFiles;
  seed: number;
  timeoutMs: number;
}

/** One instance of a config, with its files read. Where the findings have errors, the result is not to be used. */
export async function resolveInstance(
  name: string,
  given: Readable<InstanceInput>,
  around: InstanceSurroundings,
  findings: Findings,
): Promise<InstanceSpec> {
  const at: JsonPath = ['instances', name];
  const arrivals = resolveArrivals(given, at, findings);
  const windowS = resolveWindow(given, around.durationS, at, findings);
  const payload = await resolvePayload(given, around.endpoint.kind, around.files, at, findings);
  const headers = resolveHeaders(given.headers ?? {}, at, findings);
  if (around.endpoint.kind === 'generic') {
    return genericInstance(given, { name, arrivals, windowS, payload }, headers, findings);
  }

  for (const key of ['url', 'method', 'headers', 'data'] as const) {
    if (given[key] !== undefined) findings.warn([...at, key], 'means something to generic endpoints only, ignored');
  }
  if (payload.kind === 'data' && around.blocking === false) {
    findings.warn([...at, 'data_file'], 'a web action always waits for its result, whatever blocking_cli says');
  }
  if (given.content_type !== undefined && payload.kind !== 'data') {
    findings.warn([...at, 'content_type'], 'means nothing without data_file, ignored');
  }
  const application = given.application ?? '';
  const fault = applicationFault(application, around.endpoint.kind);
  if (fault !== undefined && !findings.concerns([...at, 'application'])) {
    findings.error([...at, 'application'], fault);
  }
  return { name, application, arrivals, windowS, payload };
}

function applicationFault(application: string, endpoint: EndpointConfig['kind']): string | undefined {
  if (application === '') return 'is missing; must be the name of a function';
  if (endpoint === 'lambda') return undefined;
  const segments = application.replace(/^\//, '').split('/');
  const rooted = application.startsWith('/');
  const fits = rooted ? segments.length === 2 || segments.length === 3 : segments.length <= 2;
  if (fits && segments.every((segment) => segment.trim() !== '' && segment !== '.' && segment !== '..')) {
    return undefined;
  }
  return `must be action, package/action or /namespace/package/action, got ${shown(application)}`;
}

function genericInstance(
  given: Readable<InstanceInput>,
  resolved: Omit<InstanceSpec, 'application' | 'http'>,
  ownHeaders: Record<string, string>,
  findings: Findings,
): InstanceSpec {
  const request = resolveHttp(given, ownHeaders, ['instances', resolved.name], findings);
  if (request === undefined) return { ...resolved, application: given.application ?? '' };
  const { payload } = resolved;
  const headers = withContentType(request.headers, payload, given.content_type);
  const application = given.application ?? new URL(request.url).pathname;
  return { ...resolved, application, http: { ...request, headers } };
}
