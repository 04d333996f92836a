import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ConfigError } from '../common/errors.js';
import { cumulativeRate } from './arrivals/cumulative-rate.js';
import { mmppMeanRate } from './arrivals/mmpp.js';
import type { ArrivalSpec, InstanceSpec, Payload, PlanSource, Workload } from './model.js';
import type { Readable } from './read-fields.js';
import { collectFindings } from './findings.js';
import type { RateProfile } from './rate-profile.js';
import { resolveRate } from './resolve-rate.js';
import { type InstanceInput, mmppStateSchema, rateProfileSchema } from './schema-instance.js';
import type { ConfigInput } from './schema.js';
import { arrivalsAgain, recordedTrace } from './traces/recorded.js';
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
  const { kind, apiHost, namespace, insecure, region, endpointUrl, invocationType, qualifier } = workload.endpoint;
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

const nonNegative = z.number().nonnegative();
/** Held against the same rules as a config's, for a manifest may have been edited. */
const recordedRate = z.union([nonNegative, rateProfileSchema]).transform((given, context) => {
  const findings = collectFindings('');
  const rate = resolveRate(given as Parameters<typeof resolveRate>[0], [], findings);
  if (rate !== undefined && !findings.concerns([])) return rate;
  context.addIssue({ code: 'custom', message: 'is no rate' });
  return z.NEVER;
});
const recordedInstance = z
  .object({ activity_window: z.tuple([nonNegative, nonNegative]).nullish() })
  .and(
    z.union([
      z.object({ interarrivals_list: z.array(nonNegative) }),
      z.object({ distribution: z.enum(['Poisson', 'Uniform', 'Constant']), rate: recordedRate }),
      z.object({ distribution: z.literal('MMPP'), states: z.array(mmppStateSchema).min(2) }),
      z.object({ distribution: z.literal('Trace'), trace: recordedTrace }),
      z.object({ distribution: z.literal('Gamma'), rate: recordedRate, cv: z.number().positive() }),
    ]),
  );
const recordedTest = z.object({
  test_duration_in_seconds: z.number().positive(),
  random_seed: z.number().int().nonnegative(),
});

/**
 * What a run's plan followed from, read back from the resolved config of its manifest: the same plan, row for row. Traces are
 * read again from their files.
 * @param files SHA-256 of every file that the run read, by absolute path
 * @throws ConfigError if it is not one that this version can plan, or a trace is gone or differs
 */
export async function planSourceFromResolved(
  resolved: Record<string, unknown>,
  files: Record<string, string>,
): Promise<PlanSource> {
  const test = recordedTest.safeParse(resolved);
  const named = resolved['instances'];
  if (!test.success || typeof named !== 'object' || named === null) throw notRecorded('the test');
  const instances = Object.entries(named).map(([name, recorded]) => {
    const instance = recordedInstance.safeParse(recorded);
    if (!instance.success) throw notRecorded(`instance ${JSON.stringify(name)}`);
    return { name, recorded: instance.data };
  });
  const traces = await arrivalsAgain(
    instances.flatMap(({ recorded }) => ('trace' in recorded ? [recorded.trace] : [])),
    files,
  );
  return {
    durationS: test.data.test_duration_in_seconds,
    seed: test.data.random_seed,
    instances: instances.map(({ name, recorded }) => ({
      name,
      arrivals: 'trace' in recorded ? traces.shift()! : arrivalSpec(recorded),
      windowS: recorded.activity_window ?? null,
    })),
  };
}

/**
 * The mean rate that a recorded instance was asked for within its window, per second; null where none was: an interarrival list, a
 * trace, or what cannot be read.
 */
export function configuredRate(recorded: unknown, [fromS, toS]: readonly [number, number]): number | null {
  const instance = recordedInstance.safeParse(recorded);
  if (!instance.success || 'trace' in instance.data) return null;
  const arrivals = arrivalSpec(instance.data);
  if (arrivals.process === 'MMPP') return mmppMeanRate(arrivals.states);
  if (!('ratePerS' in arrivals)) return null;
  const { ratePerS } = arrivals;
  if (typeof ratePerS === 'number') return ratePerS;
  const expected = cumulativeRate(ratePerS);
  return toS > fromS ? (expected(toS) - expected(fromS)) / (toS - fromS) : null;
}

type RecordedInstance = z.output<typeof recordedInstance>;

function arrivalSpec(recorded: Exclude<RecordedInstance, { trace: unknown }>): ArrivalSpec {
  if ('interarrivals_list' in recorded) return { process: 'list', interarrivalsS: recorded.interarrivals_list };
  if (recorded.distribution === 'MMPP') {
    const states = recorded.states.map(({ rate, mean_duration_s }) => ({
      ratePerS: rate,
      meanDurationS: mean_duration_s,
    }));
    return { process: 'MMPP', states };
  }
  if (recorded.distribution === 'Gamma') return { process: 'Gamma', ratePerS: recorded.rate, cv: recorded.cv };
  return { process: recorded.distribution, ratePerS: recorded.rate };
}

function notRecorded(what: string): ConfigError {
  return new ConfigError(`the manifest's config does not say what ${what} was planned from; it cannot be repeated`);
}
