import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathSafe } from '../../common/files.js';
import { formatOf } from '../../monitoring/parsers/formats.js';
import type { Manifest, MonitorOutcome } from '../../records/manifest.js';
import { RUN_FILES } from '../../records/run-directory.js';
import { monitorName } from './monitor-name.js';

/** What a monitor of these roles writes whenever it ends well. */
const ALWAYS_THERE: Partial<Record<MonitorOutcome['role'], string>> = {
  sampler: 'sampler.ndjson',
  kubernetes: 'pods.ndjson',
};

/**
 * Monitors that ended well by the manifest but left nothing to read, a sentence each: a file that was removed, or a script
 * that measured nothing, would otherwise look like a host that nobody wanted to watch. A post_script need not write anything.
 */
export async function absentFiles(directory: string, manifest: Manifest): Promise<string[]> {
  const told: string[] = [];
  for (const outcome of manifest.monitors.filter(({ status }) => status === 'ok')) {
    const folder = folderOf(outcome, manifest);
    const names = await readdir(join(directory, folder)).catch((): string[] => []);
    const expected = ALWAYS_THERE[outcome.role];
    const why = 'it ended well, but';
    if (expected !== undefined && !names.includes(expected))
      told.push(`${monitorName(outcome)}: ${why} ${folder}/${expected} is not there: was it removed?`);
    if (outcome.role === 'runtime_script' && !names.some((name) => formatOf(name) !== null))
      told.push(
        `${monitorName(outcome)}: ${why} ${folder}/ has no file of a monitor that is read here (see its log there)`,
      );
  }
  return told;
}

/** Runs of older versions watched the invoker's host only. */
function folderOf({ host }: MonitorOutcome, { monitored_hosts: hosts = [], host: own }: Manifest): string {
  const name = host ?? own.hostname;
  return hosts.find((one) => one.name === name)?.folder ?? `${RUN_FILES.monitors}/${pathSafe(name)}`;
}
