import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathSafe } from '../../common/files.js';
import type { PlatformFunction } from '../functions.js';
import type { Runtime } from './runtimes.js';
import { unzip } from './unzip.js';

/**
 * Lays a function's code under `root`, once for all of its instances.
 * @returns what the runtime loads: a file, or the folder of a package
 * @throws  UnzipError if the archive cannot be used
 */
export function layCode(root: string, fn: PlatformFunction, runtime: Runtime): string {
  const folder = join(root, pathSafe(fn.key));
  const target = fn.code.form === 'source' ? join(folder, runtime.sourceFile) : folder;
  if (existsSync(folder)) return target;
  const beside = `${folder}.part`;
  rmSync(beside, { recursive: true, force: true });
  mkdirSync(beside, { recursive: true });
  if (fn.code.form === 'source') writeFileSync(join(beside, runtime.sourceFile), fn.code.text);
  else {
    for (const { path, content } of unzip(Buffer.from(fn.code.base64, 'base64'))) {
      const file = join(beside, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
  }
  renameSync(beside, folder);
  return target;
}

/** Removes a function's code. */
export function clearCode(root: string, key: string): void {
  rmSync(join(root, pathSafe(key)), { recursive: true, force: true });
}
