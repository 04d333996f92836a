import { hostname } from 'node:os';
import type { Findings, JsonPath } from './findings.js';
import type { KubernetesPods, MonitoringConfig, MonitorScript, RemoteHost } from './model.js';
import { FileFault, type NamedFiles } from './named-files.js';
import { pathNameFault } from './path-name.js';
import type { Readable } from './read-fields.js';
import { samplerIntervalMs } from './schema-monitoring.js';
import type { ConfigInput } from './schema.js';

type MonitoringInput = NonNullable<Readable<ConfigInput>['perf_monitoring']>;

/** Of the pods that OpenWhisk's KubernetesContainerFactory makes. */
const OPENWHISK_WORKERS = 'user-action-pod=true';

/** Finds the scripts, and fills in what the config leaves open. */
export async function resolveMonitoring(
  given: MonitoringInput,
  files: NamedFiles,
  findings: Findings,
): Promise<MonitoringConfig> {
  const at = (...path: JsonPath): JsonPath => ['perf_monitoring', ...path];
  return {
    runtimeScript: await findScript(given.runtime_script, at('runtime_script'), files, findings),
    postScript: await findScript(given.post_script, at('post_script'), files, findings),
    samplerIntervalMs: samplerIntervalMs(given.sampler),
    hosts: await resolveHosts(given.hosts ?? [], files, findings),
    kubernetes: given.kubernetes === undefined ? null : kubernetesPods(given.kubernetes),
  };
}

/** Whether anything watches this test. */
export function isMonitored({ runtimeScript, postScript, ...watched }: MonitoringConfig): boolean {
  const { samplerIntervalMs: interval, hosts, kubernetes } = watched;
  return [runtimeScript, postScript, interval, kubernetes].some((one) => one !== null) || hosts.length > 0;
}

async function findScript(
  name: string | undefined,
  at: JsonPath,
  files: NamedFiles,
  findings: Findings,
): Promise<MonitorScript | null> {
  if (name === undefined) return null;
  try {
    return await files.findScript(name);
  } catch (error) {
    if (!(error instanceof FileFault)) throw error;
    findings.error(at, `${name}: ${error.message}`);
    return null;
  }
}

async function resolveHosts(
  given: NonNullable<MonitoringInput['hosts']>,
  files: NamedFiles,
  findings: Findings,
): Promise<RemoteHost[]> {
  const hosts: RemoteHost[] = [];
  for (const [index, { name, ssh, port, sampler, runtime_script }] of given.entries()) {
    const at: JsonPath = ['perf_monitoring', 'hosts', index];
    const script = await findScript(runtime_script ?? undefined, [...at, 'runtime_script'], files, findings);
    const interval = samplerIntervalMs(sampler);
    const fault = pathNameFault(name) ?? takenName(name, hosts);
    if (fault !== null) findings.error([...at, 'name'], fault);
    if (interval === null && (runtime_script ?? undefined) === undefined)
      findings.error(at, 'nothing would watch it: set "sampler": true or "runtime_script"');
    hosts.push({ name, ssh, port: port ?? null, samplerIntervalMs: interval, runtimeScript: script });
  }
  return hosts;
}

/** What names the folders of two hosts must differ also where letters' case does not count. */
function takenName(name: string, others: readonly RemoteHost[]): string | null {
  const isName = (other: string): boolean => other.toLowerCase() === name.toLowerCase();
  if (others.some((other) => isName(other.name)))
    return `${JSON.stringify(name)} is also the name of another host; name it otherwise`;
  if (isName(hostname()))
    return `${JSON.stringify(name)} is this machine, which "runtime_script" and "sampler" of perf_monitoring itself watch; name another host otherwise`;
  return null;
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
