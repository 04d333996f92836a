import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ConfigError } from '../../common/errors.js';
import { loadWorkload, type LoadOptions } from '../../workload/load.js';
import type { Workload } from '../../workload/model.js';

/** A folder of files that is gone after the use. Contents: text, bytes, or anything else as JSON. */
export async function inFolder<T>(files: Record<string, unknown>, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'faaslab-workload-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      const written = typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content);
      await writeFile(join(folder, name), written);
    }
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Loads a config that lies as `a.json` in a folder with these files; the folder is the working directory. */
export async function load(
  config: unknown,
  files: Record<string, unknown> = {},
  options: LoadOptions = {},
): Promise<Workload> {
  return inFolder({ 'a.json': config, ...files }, (cwd) => loadWorkload('a.json', { cwd, ...options }));
}

/** The lines of the ConfigError that loading ends with; anything else thrown is thrown on. */
export async function faults(config: unknown, files: Record<string, unknown> = {}): Promise<string[]> {
  try {
    await load(config, files);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
    throw error;
  }
  throw new Error('the config was accepted');
}

/** A config that is right, with some of its parts replaced; `undefined` takes a key away. */
export function config(replaced: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    test_name: 'sample',
    test_duration_in_seconds: 20,
    random_seed: 100,
    blocking_cli: true,
    instances: { instance1: instance() },
    ...replaced,
  };
}

/** An instance that is right, with some of its parts replaced. */
export function instance(replaced: Record<string, unknown> = {}): Record<string, unknown> {
  return { application: 'hello', distribution: 'Poisson', rate: 5, ...replaced };
}

/** An instance of a generic endpoint. */
export function request(replaced: Record<string, unknown> = {}): Record<string, unknown> {
  return { distribution: 'Poisson', rate: 5, url: 'http://127.0.0.1:8080/orders', ...replaced };
}
