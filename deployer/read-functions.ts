import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../common/errors.js';
import { findFunctionFolder } from './find-function.js';
import { readManifest, type FunctionManifest } from './manifest.js';

/**
 * The manifests of the functions that a command line names: folders, or names that are looked up as a config's are.
 * All are read before the first is deployed: what is wrong with one stops all.
 * @param notify told of each file that was left out
 * @throws ConfigError a folder without a manifest, a broken manifest, two functions of one name, no function at all
 */
export async function readFunctions(named: string[], notify: (notice: string) => void): Promise<FunctionManifest[]> {
  const found = new Map<string, { folder: string; manifest: FunctionManifest }>();
  for (const given of named) {
    // `functions/*` also names the README beside the functions.
    if (statSync(given, { throwIfNoEntry: false })?.isFile() === true) {
      notify(`${given} is a file and was left out`);
      continue;
    }
    // `hello` alone is looked up as a config's application is; `functions/hello` is a path.
    const isPath = given.includes('/') || existsSync(join(given, 'manifest.json'));
    const folder = isPath ? given : findFunctionFolder(given, { cwd: process.cwd() });
    const manifest = await readManifest(folder);
    const other = found.get(manifest.name);
    if (other !== undefined) {
      throw new ConfigError(`${folder}: ${other.folder} holds a function ${manifest.name}, too; deploy one of them`);
    }
    found.set(manifest.name, { folder, manifest });
  }
  if (found.size === 0) throw new ConfigError('there is no function among what was named; name its folder');
  return [...found.values()].map(({ manifest }) => manifest);
}
