import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The folder of faaslab's package.json: scripts, SQL, runtimes and samples are found from here, compiled or not. */
export const packageRoot = findRoot(dirname(fileURLToPath(import.meta.url)));

function findRoot(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder)) throw new Error(`faaslab's package.json was not found above ${from}`);
  }
}

/** The version in package.json. */
export function packageVersion(): string {
  return (JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string }).version;
}

/** URL of a compiled module, for worker threads and child processes: `compiledModule('invoker/firing/thread.js')`. */
export function compiledModule(path: string): URL {
  return pathToFileURL(join(packageRoot, 'dist', path));
}
