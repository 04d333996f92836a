import { readFile, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, sep } from 'node:path';
import { ConfigError, messageOf, systemErrorCode } from '../common/errors.js';
import { shown } from '../common/shown.js';

export const RUNTIMES = ['node', 'python'] as const;
export type RuntimeName = (typeof RUNTIMES)[number];

/** What a function is, as its `manifest.json` says; the code stands beside it. */
export interface FunctionManifest {
  name: string;
  /** in the order of the file: the first is taken where nobody chooses */
  runtimes: Map<RuntimeName, RuntimeEntry>;
  memoryMb: number;
  timeoutMs: number;
  /** whether it may be called as a web action */
  webExport: boolean;
}

export interface RuntimeEntry {
  /** the code's absolute path, inside the function's folder */
  path: string;
  /** OpenWhisk's entry function */
  main: string;
  /** Lambda's entry, `file.function` */
  handler: string;
}

/**
 * Reads and checks `manifest.json` of a function's folder.
 * @throws ConfigError naming the file and the key: missing, no JSON, a value that cannot be, code outside the folder
 */
export async function readManifest(folder: string): Promise<FunctionManifest> {
  const path = join(folder, 'manifest.json');
  const fields = await readFields(path);
  const wrong = (key: string, must: string): ConfigError =>
    new ConfigError(`${path}: ${key}: must be ${must}, got ${shown(valueAt(fields, key))}`);

  const { name, runtimes, memory_mb: memoryMb, timeout_ms: timeoutMs, web_export: webExport = false } = fields;
  // Lambda's rule for names, the narrowest of the platforms'.
  if (typeof name !== 'string' || !/^[A-Za-z0-9_-]{1,64}$/.test(name)) {
    throw wrong('name', 'a name of 1 to 64 letters, digits, - and _');
  }
  if (!isObject(runtimes) || Object.keys(runtimes).length === 0)
    throw wrong('runtimes', 'an object with node or python');
  if (!isCount(memoryMb)) throw wrong('memory_mb', 'a whole number of megabytes, 1 or more');
  if (!isCount(timeoutMs)) throw wrong('timeout_ms', 'a whole number of milliseconds, 1 or more');
  if (typeof webExport !== 'boolean') throw wrong('web_export', 'true or false');

  const entries = new Map<RuntimeName, RuntimeEntry>();
  for (const [runtime, entry] of Object.entries(runtimes)) {
    const key = `runtimes.${runtime}`;
    if (!isRuntimeName(runtime)) throw new ConfigError(`${path}: ${key}: unknown runtime (${RUNTIMES.join(', ')})`);
    if (!isObject(entry)) throw wrong(key, 'an object with file, main and handler');
    const { file, main, handler } = entry;
    if (typeof file !== 'string' || file === '') throw wrong(`${key}.file`, 'the name of a file beside the manifest');
    if (!isIdentifier(main)) throw wrong(`${key}.main`, 'the name of a function');
    if (typeof handler !== 'string' || !/^[\w/-]+\.\w+$/.test(handler)) throw wrong(`${key}.handler`, 'file.function');
    entries.set(runtime, { path: await codePath(folder, file, `${path}: ${key}.file`), main, handler });
  }
  return { name, runtimes: entries, memoryMb, timeoutMs, webExport };
}

async function readFields(path: string): Promise<Record<string, unknown>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const code = systemErrorCode(error);
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw new ConfigError(`${path}: cannot be read (${code})`);
    throw new ConfigError(`${path}: not found; a function's folder holds its code and a manifest.json`);
  }
  let fields: unknown;
  try {
    fields = JSON.parse(text);
  } catch (error) {
    throw new ConfigError(`${path}: is no JSON: ${messageOf(error)}`, { cause: error });
  }
  if (!isObject(fields)) throw new ConfigError(`${path}: must hold a JSON object`);
  return fields;
}

/** The code's real path; a manifest reaches no file outside its folder, not even through a link. */
async function codePath(folder: string, file: string, where: string): Promise<string> {
  const home = await realpath(folder);
  let path: string;
  try {
    path = await realpath(join(home, file));
  } catch {
    throw new ConfigError(`${where}: ${JSON.stringify(file)} was not found beside the manifest`);
  }
  if (isAbsolute(file) || !path.startsWith(home + sep)) {
    throw new ConfigError(`${where}: ${JSON.stringify(file)} lies outside the function's folder`);
  }
  if (!(await stat(path)).isFile()) throw new ConfigError(`${where}: ${JSON.stringify(file)} is no file`);
  return path;
}

export function isRuntimeName(name: string): name is RuntimeName {
  return (RUNTIMES as readonly string[]).includes(name);
}

function valueAt(fields: Record<string, unknown>, key: string): unknown {
  return key.split('.').reduce<unknown>((at, part) => (isObject(at) ? at[part] : undefined), fields);
}

function isIdentifier(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z_]\w*$/.test(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
