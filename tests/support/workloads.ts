import { arrivalKeys } from '../../workload/resolved.js';
import type { InstanceSpec, MonitoringConfig, Workload, PlanSummary } from '../../workload/model.js';

export const UNMONITORED: MonitoringConfig = {
  runtimeScript: null,
  postScript: null,
  samplerIntervalMs: null,
  hosts: [],
  kubernetes: null,
};

/** A workload for a test, whole but for what the test says. */
export function workloadOf(instances: Partial<InstanceSpec>[], given: Partial<Workload> = {}): Workload {
  const durationS = given.durationS ?? 1;
  const seed = given.seed ?? 1;
  const specs = instances.map((instance, i): InstanceSpec => ({
    name: `instance${i + 1}`,
    application: `function${i + 1}`,
    arrivals: { process: 'Constant', ratePerS: 100 },
    windowS: null,
    payload: { kind: 'none' },
    ...instance,
  }));
  return {
    testName: 'test',
    durationS,
    seed,
    blocking: true,
    endpoint: { kind: 'generic' },
    instances: specs,
    monitoring: UNMONITORED,
    limits: { maxInFlight: 10_000, timeoutMs: 10_000, latenessBudgetMs: 60_000, responseBodyBytes: 0 },
    thresholds: {},
    source: {
      configPath: 'configs/test.json',
      configSha256: '0'.repeat(64),
      resolved: resolvedOf(specs, durationS, seed),
      files: {},
    },
    warnings: [],
    ...given,
  };
}

/** The part of the manifest's config from which the plan can be made again. */
function resolvedOf(instances: InstanceSpec[], durationS: number, seed: number): Record<string, unknown> {
  return {
    test_duration_in_seconds: durationS,
    random_seed: seed,
    instances: Object.fromEntries(
      instances.map(({ name, application, arrivals, windowS }) => [
        name,
        {
          application,
          activity_window: windowS,
          ...arrivalKeys(arrivals),
        },
      ]),
    ),
  };
}

/** What makes an instance post to a URL. */
export function postTo(url: string, given: Partial<InstanceSpec> = {}): Partial<InstanceSpec> {
  return { http: { url, method: 'POST', headers: {} }, payload: { kind: 'params', json: '{}' }, ...given };
}

/** What is known of a plan of so many rows, for those who ask for nothing but its size. */
export function planSummaryOf(planned: number): PlanSummary {
  return { planned, perInstance: [planned], sha256: '', busiestMinute: planned, firstRows: [], lastPlannedUs: 1 };
}
