import type { MergedRun } from './merged.js';
import type { PlatformWords } from './platform-words.js';

/**
 * What a run was: the machine, the software and the platform, and what the config asked for. The names are those that are
 * shown. What differs from run to run by nature (names, times, paths) is left out.
 */
export interface RunSettings {
  /** the machine that invoked */
  machine: Map<string, string>;
  /** software, platform, and how the platform was reached */
  surroundings: Map<string, string>;
  /** `config instances.a.rate`, `seed` */
  asked: Map<string, string>;
}

const BY_NATURE = new Set(['test_name', 'random_seed', 'seed', 'config_path']);

/** @param platform what the platform's records say, where they say something */
export function settingsOfRun({ manifest }: Pick<MergedRun, 'manifest'>, platform?: PlatformWords): RunSettings {
  const { host, endpoint, activations } = manifest;
  const machine = named({
    host: host?.hostname,
    processor: host?.cpu_model,
    processors: host?.cpus,
    memory: host?.memory_bytes === undefined ? null : `${(host.memory_bytes / 2 ** 30).toFixed(1)} GiB`,
    'operating system': host?.os,
  });
  const surroundings = named({
    'faaslab version': manifest.faaslab_version,
    'Node.js version': manifest.node_version,
    'wsk version': endpoint?.wsk_version,
    endpoint: endpoint?.kind,
    platform: platformOf(endpoint?.url),
    namespace: endpoint?.namespace,
    region: endpoint?.region,
    'invocation type': endpoint?.invocation_type,
    qualifier: endpoint?.qualifier,
    'unverified certificate accepted': endpoint?.insecure,
    'source of activations': activations?.source,
    'runtime of functions': platform?.runtime,
    'memory limit of functions': platform?.memoryLimit,
  });
  const asked = new Map<string, string>();
  for (const [path, value] of leaves(manifest.config ?? {}, '')) {
    const known = BY_NATURE.has(path) ? null : textOf(path, value);
    if (known !== null) asked.set(`config ${path}`, known);
  }
  const seed = textOf('seed', manifest.seed);
  if (seed !== null) asked.set('seed', seed);
  return { machine, surroundings, asked };
}

function named(values: Record<string, unknown>): Map<string, string> {
  return new Map(
    Object.entries(values).flatMap(([name, value]): [string, string][] => {
      const text = textOf(name, value);
      return text === null ? [] : [[name, text]];
    }),
  );
}

/** Archives hold no secret; should a stranger's hold one, it is not shown here either. */
const SECRET = /auth|token|secret|password|passwd|credential|cookie|api[-_]?key|private[-_]?key/i;

function textOf(path: string, value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (SECRET.test(path.split('.').at(-1)!)) return '(not shown)';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.replaceAll(/(\b[a-z][a-z0-9+.-]*:\/\/)[^/\s"@]*@/gi, '$1');
}

/** The host of an endpoint; on loopback without its port, which the embedded platform draws anew for each run. */
function platformOf(url: string | undefined): string | null {
  if (url === undefined || !URL.canParse(url)) return null;
  const { hostname, host } = new URL(url);
  return /^(127\.|localhost$|\[::1\]$)/.test(hostname) ? hostname : host;
}

/** Everything that is no object, by its path; of lists of objects each entry's, while lists of plain values stay whole. */
function* leaves(value: unknown, path: string): Generator<[path: string, value: unknown]> {
  const inside = (key: string) => (path === '' ? key : `${path}.${key}`);
  if (Array.isArray(value) && value.some((entry) => typeof entry === 'object' && entry !== null)) {
    for (const [i, entry] of value.entries()) yield* leaves(entry, `${path}[${i}]`);
  } else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    for (const [key, inner] of Object.entries(value)) yield* leaves(inner, inside(key));
  } else yield [path, value];
}
