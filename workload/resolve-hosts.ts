import { hostname } from 'node:os';
import { collectFindings, type Findings, type JsonPath } from './findings.js';
import type { RemoteHost } from './model.js';
import type { NamedFiles } from './named-files.js';
import { pathNameFault } from './path-name.js';
import { readFields } from './read-fields.js';
import { resolveScript } from './resolve-script.js';
import { hostSchema, samplerIntervalMs } from './schema-monitoring.js';

/**
 * The hosts of a config. Each is looked at on its own, so that a wrong port does not keep a name from being checked: what is
 * wrong by the schema was told when the config was read.
 * @param raw the value as it stands in the config
 */
export async function resolveHosts(raw: unknown, files: NamedFiles, findings: Findings): Promise<RemoteHost[]> {
  const hosts: RemoteHost[] = [];
  const names: string[] = [];
  if (!Array.isArray(raw)) return hosts;
  for (const [index, entry] of (raw as unknown[]).entries()) {
    const at: JsonPath = ['perf_monitoring', 'hosts', index];
    const given = readFields(hostSchema, entry, at, collectFindings(''));
    if (given === undefined) continue;
    const { name, ssh, port, sampler, runtime_script: script } = given;
    const runtimeScript = await resolveScript(script, [...at, 'runtime_script'], files, findings);
    const interval = samplerIntervalMs(sampler);
    const fault = name === undefined ? null : (pathNameFault(name) ?? takenName(name, names));
    if (fault !== null) findings.error([...at, 'name'], fault);
    const isWatched = interval !== null || (script ?? undefined) !== undefined;
    if (!isWatched && !findings.concerns([...at, 'sampler']) && !findings.concerns([...at, 'runtime_script']))
      findings.error(at, 'nothing would watch it: set "sampler": true or "runtime_script"');
    if (name !== undefined) names.push(name);
    if (name !== undefined && ssh !== undefined)
      hosts.push({ name, ssh, port: port ?? null, samplerIntervalMs: interval, runtimeScript });
  }
  return hosts;
}

/** What names the folders of two hosts must differ also where letters' case does not count. */
function takenName(name: string, others: readonly string[]): string | null {
  const isName = (other: string): boolean => other.toLowerCase() === name.toLowerCase();
  if (others.some(isName)) return `${JSON.stringify(name)} is also the name of another host; name it otherwise`;
  if (isName(hostname()))
    return `${JSON.stringify(name)} is this machine, which "runtime_script" and "sampler" of perf_monitoring itself watch; name another host otherwise`;
  return null;
}
