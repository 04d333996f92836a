import type { Dirent } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { messageOf } from '../../common/errors.js';
import { formatOf, startFileOf } from '../../monitoring/parsers/formats.js';
import type { MonitorFormat } from '../../monitoring/parsers/reading.js';
import { readStart, startFault, startInName, type MonitorStart } from '../../monitoring/parsers/start-file.js';
import type { Manifest, MonitoredHost } from '../../records/manifest.js';
import { RUN_FILES } from '../../records/run-directory.js';

/** A file that a monitor wrote. */
export interface MonitorFile {
  host: MonitoredHost;
  /** relative to the run directory */
  path: string;
  format: MonitorFormat;
  start: MonitorStart | null;
  /** what of the tool's `.start` cannot be used, as a sentence's begin; null where all can, or there is none */
  startFault: string | null;
}

/**
 * The files of all monitors of a run, by host and name; what no parser knows is left out. What a parser would know but is no
 * file is left out with a warning: a link may lead anywhere, and a pipe has no end.
 */
export async function monitorFiles(
  directory: string,
  manifest: Manifest,
  onWarning: (warning: string) => void,
): Promise<MonitorFile[]> {
  const files: MonitorFile[] = [];
  for (const folder of await entries(join(directory, RUN_FILES.monitors))) {
    const host = hostOf(`${RUN_FILES.monitors}/${folder.name}`, manifest);
    if (folder.isSymbolicLink()) onWarning(`${host.folder} is a link and no folder of this run: it is left out`);
    if (!folder.isDirectory()) continue;
    const found = await entries(join(directory, host.folder));
    const regular = new Set(found.filter((entry) => entry.isFile()).map(({ name }) => name));
    for (const entry of found) {
      const { name } = entry;
      const path = `${host.folder}/${name}`;
      const format = formatOf(name);
      if (format !== null && !regular.has(name)) onWarning(`${path} is ${kindOf(entry)} and no file: it is left out`);
      if (format === null || !regular.has(name)) continue;
      const startFile = startFileOf(format);
      const told = regular.has(startFile) ? await startIn(join(directory, host.folder, startFile)) : null;
      const fault = told?.fault ?? null;
      files.push({
        host,
        path,
        format,
        start: told?.start ?? startInName(name),
        startFault: fault === null ? null : `${startFile} ${fault}`,
      });
    }
  }
  return files;
}

function kindOf(entry: Dirent): string {
  if (entry.isSymbolicLink()) return 'a link';
  if (entry.isFIFO()) return 'a pipe';
  return entry.isDirectory() ? 'a folder' : 'a device or a socket';
}

/** Runs of older versions, and those that were killed early, do not say which hosts were watched. */
function hostOf(folder: string, { monitored_hosts: hosts = [] }: Manifest): MonitoredHost {
  return hosts.find((host) => host.folder === folder) ?? { name: basename(folder), folder, ssh: null, clock: [] };
}

async function startIn(path: string): Promise<{ start: MonitorStart | null; fault: string | null }> {
  try {
    const text = await readFile(path, 'utf8');
    return { start: readStart(text), fault: startFault(text) };
  } catch (error) {
    return { start: null, fault: `cannot be read: ${messageOf(error)}` };
  }
}

async function entries(path: string): Promise<Dirent[]> {
  const found = await readdir(path, { withFileTypes: true }).catch(() => []);
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}
