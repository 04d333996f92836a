import { createHash } from 'node:crypto';
import type { ArrivalSpec, InstanceSpec, Payload, Workload } from './model.js';
import { resolvedMonitoring } from './resolve-monitoring.js';
import type { RateProfile } from './rate-profile.js';
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
        resolvedInstance(instance, given.instances?.[nameInConfig(instance)] ?? {}),
      ]),
    ),
    perf_monitoring: resolvedMonitoring(workload.monitoring, given.perf_monitoring ?? {}),
    limits: {
      max_in_flight: workload.limits.maxInFlight,
      timeout_ms: workload.limits.timeoutMs,
      lateness_budget_ms: workload.limits.latenessBudgetMs,
      response_body_bytes: workload.limits.responseBodyBytes,
    },
    thresholds: workload.thresholds,
  });
}

/** The functions of a trace are instances that the config does not name. */
function nameInConfig({ name, arrivals }: InstanceSpec): string {
  return arrivals.process === 'Trace' ? arrivals.replay.instance : name;
}

function resolvedInstance(instance: InstanceSpec, given: Readable<InstanceInput>): Record<string, unknown> {
  const { application, arrivals, windowS, payload, http } = instance;
  return present({
    application,
    ...arrivalKeys(arrivals),
    activity_window: windowS,
    param_file: given.param_file ?? undefined,
    params: payload.kind === 'list' ? { file: given.params!.file, order: payload.order } : undefined,
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

/** The keys of a config that say how an instance's invocations arrive. */
export function arrivalKeys(arrivals: ArrivalSpec): Record<string, unknown> {
  if (arrivals.process === 'list') return { interarrivals_list: arrivals.interarrivalsS };
  if (arrivals.process === 'Trace') return { distribution: 'Trace', trace: arrivals.replay.recorded };
  if (arrivals.process === 'MMPP') {
    const states = arrivals.states.map(({ ratePerS, meanDurationS }) => ({
      rate: ratePerS,
      mean_duration_s: meanDurationS,
    }));
    return { distribution: 'MMPP', states };
  }
  const { process, ratePerS } = arrivals;
  const rate = typeof ratePerS === 'number' ? ratePerS : profileKeys(ratePerS);
  return { distribution: process, rate, ...(process === 'Gamma' ? { cv: arrivals.cv } : {}) };
}

/** A profile as a config has it. */
function profileKeys(profile: RateProfile): Record<string, unknown> {
  if (profile.kind !== 'sinusoid') return { [profile.kind]: profile.points };
  const { meanPerS, amplitudePerS, periodS } = profile;
  return { sinusoid: { mean: meanPerS, amplitude: amplitudePerS, period_s: periodS } };
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
