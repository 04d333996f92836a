import type { Findings, JsonPath } from './findings.js';
import type { KubernetesPods, MonitoringConfig } from './model.js';
import type { NamedFiles } from './named-files.js';
import { isPlainObject, type Readable } from './read-fields.js';
import { resolveHosts } from './resolve-hosts.js';
import { resolveScript } from './resolve-script.js';
import { samplerIntervalMs } from './schema-monitoring.js';
import type { ConfigInput } from './schema.js';

type MonitoringInput = NonNullable<Readable<ConfigInput>['perf_monitoring']>;

/** Of the pods that OpenWhisk's KubernetesContainerFactory makes. */
const OPENWHISK_WORKERS = 'user-action-pod=true';

/**
 * Finds the scripts, and fills in what the config leaves open.
 * @param raw the value as it stands in the config: of hosts that could not all be read, what is right is looked at all the same
 */
export async function resolveMonitoring(
  given: MonitoringInput,
  raw: unknown,
  files: NamedFiles,
  findings: Findings,
): Promise<MonitoringConfig> {
  const at = (...path: JsonPath): JsonPath => ['perf_monitoring', ...path];
  return {
    runtimeScript: await resolveScript(given.runtime_script, at('runtime_script'), files, findings),
    postScript: await resolveScript(given.post_script, at('post_script'), files, findings),
    samplerIntervalMs: samplerIntervalMs(given.sampler),
    hosts: await resolveHosts(isPlainObject(raw) ? raw['hosts'] : undefined, files, findings),
    kubernetes: given.kubernetes === undefined ? null : kubernetesPods(given.kubernetes),
  };
}

/** Whether anything watches this test. */
export function isMonitored({ runtimeScript, postScript, ...watched }: MonitoringConfig): boolean {
  const { samplerIntervalMs: interval, hosts, kubernetes } = watched;
  return [runtimeScript, postScript, interval, kubernetes].some((one) => one !== null) || hosts.length > 0;
}

function kubernetesPods(given: NonNullable<MonitoringInput['kubernetes']>): KubernetesPods {
  const { namespace, selector, context, kubeconfig } = given;
  return {
    namespace: namespace ?? '',
    selector: selector ?? OPENWHISK_WORKERS,
    context: context ?? null,
    kubeconfig: kubeconfig ?? null,
  };
}

/** As the manifest records it. */
export function resolvedMonitoring(monitoring: MonitoringConfig, given: MonitoringInput): Record<string, unknown> {
  const samplerOf = (interval: number | null): unknown => (interval === null ? false : { interval_ms: interval });
  return {
    runtime_script: given.runtime_script ?? null,
    post_script: given.post_script ?? null,
    sampler: samplerOf(monitoring.samplerIntervalMs),
    hosts: monitoring.hosts.map(({ name, ssh, port, samplerIntervalMs: interval }, index) => ({
      name,
      ssh,
      port,
      sampler: samplerOf(interval),
      runtime_script: given.hosts?.[index]?.runtime_script ?? null,
    })),
    kubernetes: monitoring.kubernetes,
  };
}
