import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import type { MonitorScript } from '../../workload/model.js';
import { SCRIPTS_BYTES } from './limits.js';

/** A file for the host: its path below a root there, and its content. */
export interface SentFile {
  path: string;
  content: Buffer;
}

/**
 * A script and what it may start: where it lies in the `monitoring/` folder of its root, every shell script of that folder.
 * They keep their places below the root, so that `$FAAS_ROOT/monitoring/Perf.sh` is found there as it is here.
 * @throws Error if one cannot be read, or they are too large to be sent before a run begins
 */
export async function scriptsToSend({ path, faasRoot }: MonitorScript): Promise<SentFile[]> {
  const folder = dirname(path);
  const names = folder === join(faasRoot, 'monitoring') ? await shellScripts(folder) : [];
  const paths = [path, ...names.map((name) => join(folder, name)).filter((one) => one !== path)];
  const files: SentFile[] = [];
  let bytes = 0;
  for (const one of paths) {
    const content = await readFile(one);
    bytes += content.length;
    if (bytes > SCRIPTS_BYTES) throw new Error(`the shell scripts of ${folder} have more than 1 MiB together`);
    files.push({ path: placeBelow(faasRoot, one), content });
  }
  return files;
}

async function shellScripts(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.name.endsWith('.sh') && !entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

/** Below the root as here, or by its name alone where it lies elsewhere. */
export function placeBelow(root: string, path: string): string {
  const way = relative(root, path);
  return way.startsWith(`..${sep}`) || way === '..' ? basename(path) : way.split(sep).join('/');
}
