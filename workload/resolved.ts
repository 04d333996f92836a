import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ConfigError } from '../common/errors.js';
import type { ArrivalSpec, InstanceSpec, Payload, PlanSource, Workload } from './model.js';
import type { Readable } from './read-fields.js';
import type { InstanceInput } from './schema-instance.js';
import type { ConfigInput } from './schema.js';
import { withoutSecrets } from './web-address.js';

/**
 * A workload as the manifest records it: the config's own keys with every default filled in, and all that its plan follows
 * from. It holds no secret: of headers the names, of URLs neither user info nor query, of bodies size and SHA-256.
 * @param given the config as it was written, for the names of files
 */
export function resolvedConfig(
  workload: Omit<Workload, 'source' | 'warnings'>,
  given: Readable<ConfigInput>,
): Record<string, unknown> {
  const { kind, apiHost, namespace, insecure, maxProcesses, region, endpointUrl, invocationType, qualifier } =
    workload.endpoint;
  return present({
    test_name: workload.testName,
    test_duration_in_seconds: workload.durationS,
    random_seed: workload.seed,
    blocking_cli: workload.blocking,
    endpoint: present({
      kind,
      api_host: apiHost === undefined ? undefined : shareableHost(apiHost),
      namespace,
      insecure,
      max_processes: maxProcesses,
      region,
      endpoint_url: endpointUrl === undefined ? undefined : withoutSecrets(endpointUrl).safe,
      invocation_type: invocationType,
      qualifier,
    }),
    instances: Object.fromEntries(
      workload.instances.map((instance) => [
        instance.name,
        resolvedInstance(instance, given.instances?.[instance.name] ?? {}),
      ]),
    ),
    perf_monitoring: {
      runtime_script: given.perf_monitoring?.runtime_script ?? null,
      post_script: given.perf_monitoring?.post_script ?? null,
    },
    limits: {
      max_in_flight: workload.limits.maxInFlight,
      timeout_ms: workload.limits.timeoutMs,
      lateness_budget_ms: workload.limits.latenessBudgetMs,
      response_body_bytes: workload.limits.responseBodyBytes,
    },
    thresholds: workload.thresholds,
  });
}

function resolvedInstance(instance: InstanceSpec, given: Readable<InstanceInput>): Record<string, unknown> {
  const { application, arrivals, windowS, payload, http } = instance;
  return present({
    application,
    ...arrivalKeys(arrivals),
    activity_window: windowS,
    param_file: given.param_file ?? undefined,
    data_file: given.data_file ?? undefined,
    content_type: payload.kind === 'data' ? payload.contentType : undefined,
    ...(http === undefined
      ? {}
      : {
          url: withoutSecrets(http.url).safe,
          method: http.method,
          headers: Object.keys(http.headers),
          data: given.data === undefined ? undefined : digest(payload),
        }),
  });
}

function arrivalKeys(arrivals: ArrivalSpec): Record<string, unknown> {
  if (arrivals.process === 'list') return { interarrivals_list: arrivals.interarrivalsS };
  const { process, ratePerS } = arrivals;
  return { distribution: process, rate: ratePerS, ...(process === 'Gamma' ? { cv: arrivals.cv } : {}) };
}

function shareableHost(apiHost: string): string {
  return apiHost.includes('://') ? withoutSecrets(apiHost).safe : apiHost;
}

function digest(payload: Payload): { bytes: number; sha256: string } {
  const body =
    payload.kind === 'params'
      ? Buffer.from(payload.json, 'utf8')
      : payload.kind === 'data'
        ? payload.bytes
        : Buffer.alloc(0);
  return { bytes: body.byteLength, sha256: createHash('sha256').update(body).digest('hex') };
}

function present(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}

const nonNegative = z.number().nonnegative();
const recordedInstance = z
  .object({ activity_window: z.tuple([nonNegative, nonNegative]).nullish() })
  .and(
    z.union([
      z.object({ interarrivals_list: z.array(nonNegative) }),
      z.object({ distribution: z.enum(['Poisson', 'Uniform', 'Constant']), rate: nonNegative }),
      z.object({ distribution: z.literal('Gamma'), rate: nonNegative, cv: z.number().positive() }),
    ]),
  );
const recordedTest = z.object({
  test_duration_in_seconds: z.number().positive(),
  random_seed: z.number().int().nonnegative(),
});

/**
 * What a run's plan followed from, read back from the resolved config of its manifest: the same plan, row for row.
 * @throws ConfigError if it is not one that this version can plan
 */
export function planSourceFromResolved(resolved: Record<string, unknown>): PlanSource {
  const test = recordedTest.safeParse(resolved);
  const named = resolved['instances'];
  if (!test.success || typeof named !== 'object' || named === null) throw notRecorded('the test');
  return {
    durationS: test.data.test_duration_in_seconds,
    seed: test.data.random_seed,
    instances: Object.entries(named).map(([name, recorded]) => {
      const instance = recordedInstance.safeParse(recorded);
      if (!instance.success) throw notRecorded(`instance ${JSON.stringify(name)}`);
      return { name, arrivals: arrivalSpec(instance.data), windowS: instance.data.activity_window ?? null };
    }),
  };
}

function arrivalSpec(recorded: z.output<typeof recordedInstance>): ArrivalSpec {
  if ('interarrivals_list' in recorded) return { process: 'list', interarrivalsS: recorded.interarrivals_list };
  if (recorded.distribution === 'Gamma') return { process: 'Gamma', ratePerS: recorded.rate, cv: recorded.cv };
  return { process: recorded.distribution, ratePerS: recorded.rate };
}

function notRecorded(what: string): ConfigError {
  return new ConfigError(`the manifest's config does not say what ${what} was planned from; it cannot be repeated`);
}
