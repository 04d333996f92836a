import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathSafe } from '../../common/files.js';
import type { PlatformFunction } from '../functions.js';
import type { Runtime } from './runtimes.js';
import { unzip } from './unzip.js';

/** The code of functions, as their instances read it. */
export interface CodeStore {
  /**
   * Lays a function's code down, once for all of its instances.
   * @returns what the runtime loads: a file, or the folder of a package
   * @throws  UnzipError if the archive cannot be used
   */
  lay(fn: PlatformFunction, runtime: Runtime): string;
  /** The function was changed or deleted: its code goes when nothing uses it any more. */
  retire(key: string): void;
  /** An instance of this function is gone. */
  released(key: string): void;
}

/**
 * Opens the store, which is empty.
 * @param isUsed whether there is an instance of this function: it may still read its code long after the function was changed
 */
export function openCodeStore(root: string, isUsed: (key: string) => boolean): CodeStore {
  const retired = new Set<string>();
  mkdirSync(root, { recursive: true });

  function released(key: string): void {
    if (!retired.has(key) || isUsed(key)) return;
    retired.delete(key);
    rmSync(join(root, pathSafe(key)), { recursive: true, force: true });
  }
  return {
    lay: (fn, runtime) => layCode(join(root, pathSafe(fn.key)), fn, runtime),
    retire(key) {
      retired.add(key);
      released(key);
    },
    released,
  };
}

function layCode(folder: string, fn: PlatformFunction, runtime: Runtime): string {
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
