import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { systemErrorCode } from '../common/errors.js';
import { packageRoot } from '../common/package-root.js';
import type { MonitorScript } from './model.js';

/** A file that cannot be used, in a phrase that follows its name. */
export class FileFault extends Error {
  override readonly name = 'FileFault';
}

/** The files that a config names: found in the contract's order, read, and remembered by their SHA-256. */
export interface NamedFiles {
  /** @throws FileFault if there is none, or it cannot be read */
  read(name: string): Promise<{ path: string; bytes: Uint8Array }>;
  /**
   * Where a file lies that is too large to be held; who streams it adds its SHA-256 to `hashes`.
   * @throws FileFault if there is none
   */
  find(name: string): Promise<string>;
  /** @throws FileFault if there is none */
  findScript(name: string): Promise<MonitorScript>;
  /** SHA-256 of every file read, by absolute path */
  readonly hashes: Record<string, string>;
}

/**
 * Data and parameter files are looked up beside the config, then in the working directory; scripts also in the package.
 * @param configPath absolute
 */
export function namedFiles(configPath: string, cwd: string): NamedFiles {
  const roots = [dirname(configPath), cwd];
  const hashes: Record<string, string> = {};
  return {
    hashes,
    async read(name) {
      const { path } = await find(name, roots);
      const bytes = await readWhole(path);
      hashes[path] = createHash('sha256').update(bytes).digest('hex');
      return { path, bytes };
    },
    find: async (name) => (await find(name, roots)).path,
    async findScript(name) {
      const { path, root } = await find(name, [...roots, packageRoot]);
      return { path, faasRoot: root };
    },
  };
}

/** Reads a file; a fault says in a phrase what is wrong with it. */
export async function readWhole(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new FileFault(faultPhrase(error));
  }
}

async function find(name: string, roots: readonly string[]): Promise<{ path: string; root: string }> {
  if (name.includes('\0')) throw new FileFault('is not the name of a file');
  const named = name.startsWith('~/') ? join(homedir(), name.slice(2)) : name;
  const candidates = isAbsolute(named) ? [named] : [...new Set(roots.map((root) => resolve(root, named)))];
  for (const path of candidates) {
    const found = await stat(path).catch((error: unknown) => {
      if (systemErrorCode(error) === 'ENOENT' || systemErrorCode(error) === 'ENOTDIR') return undefined;
      throw new FileFault(faultPhrase(error));
    });
    if (found?.isDirectory()) throw new FileFault('is a folder');
    // The root of an absolute path is the nearest one that it lies in, else its own folder.
    if (found !== undefined) return { path, root: roots.find((root) => contains(root, path)) ?? dirname(path) };
  }
  throw new FileFault(isAbsolute(named) ? 'no such file' : `no such file in ${[...new Set(roots)].join(' or ')}`);
}

function contains(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** What a system's error says of a file, in a phrase. */
export function faultPhrase(error: unknown): string {
  const code = systemErrorCode(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'no such file';
  if (code === 'EISDIR') return 'is a folder';
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read; change its permissions';
  return `cannot be read (${code ?? 'unknown fault'})`;
}
