import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { formatOf, startFileOf } from '../../monitoring/parsers/formats.js';
import type { MonitorFormat } from '../../monitoring/parsers/reading.js';
import { readStart, startInName, type MonitorStart } from '../../monitoring/parsers/start-file.js';
import type { Manifest, MonitoredHost } from '../../records/manifest.js';
import { RUN_FILES } from '../../records/run-directory.js';

/** A file that a monitor wrote. */
export interface MonitorFile {
  host: MonitoredHost;
  /** relative to the run directory */
  path: string;
  format: MonitorFormat;
  start: MonitorStart | null;
}

/** The files of all monitors of a run, by host and name; what no parser knows is left out. */
export async function monitorFiles(directory: string, manifest: Manifest): Promise<MonitorFile[]> {
  const files: MonitorFile[] = [];
  for (const folder of await folderNames(join(directory, RUN_FILES.monitors))) {
    const host = hostOf(`${RUN_FILES.monitors}/${folder}`, manifest);
    for (const name of await fileNames(join(directory, host.folder))) {
      const format = formatOf(name);
      if (format === null) continue;
      const path = `${host.folder}/${name}`;
      files.push({ host, path, format, start: await startOf(join(directory, path), format) });
    }
  }
  return files;
}

/** Runs of older versions, and those that were killed early, do not say which hosts were watched. */
function hostOf(folder: string, { monitored_hosts: hosts = [] }: Manifest): MonitoredHost {
  return hosts.find((host) => host.folder === folder) ?? { name: basename(folder), folder, ssh: null, clock: [] };
}

async function startOf(path: string, format: MonitorFormat): Promise<MonitorStart | null> {
  const text = await readFile(join(dirname(path), startFileOf(format)), 'utf8').catch(() => null);
  return (text === null ? null : readStart(text)) ?? startInName(basename(path));
}

async function folderNames(path: string): Promise<string[]> {
  return (await entries(path)).filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/** A link may lead anywhere. */
async function fileNames(path: string): Promise<string[]> {
  return (await entries(path)).filter((entry) => entry.isFile()).map(({ name }) => name);
}

async function entries(path: string) {
  const found = await readdir(path, { withFileTypes: true }).catch(() => []);
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}
