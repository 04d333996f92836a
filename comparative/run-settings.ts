import { HIDDEN, hideSecrets, isSecretBelow } from '../common/secrets.js';
import type { MergedRun } from './merged.js';
import type { PlatformWords } from './platform-words.js';

/** A setting as it is shown, and as it is: two secrets that differ are shown alike, and must be told to differ all the same. */
export interface Setting {
  text: string;
  whole: string;
}

/**
 * What a run was: the machine, the software and the platform, and what the config asked for. The names are those that are
 * shown. What differs from run to run by nature (names, times, paths) is left out.
 */
export interface RunSettings {
  /** the machine that invoked */
  machine: Map<string, Setting>;
  /** software, platform, and how the platform was reached */
  surroundings: Map<string, Setting>;
  /** `config instances.a.rate`, `seed` */
  asked: Map<string, Setting>;
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
  const asked = new Map<string, Setting>();
  for (const { path, value, secret } of leaves(manifest.config ?? {})) {
    const known = BY_NATURE.has(path) ? null : settingOf(value, secret);
    if (known !== null) asked.set(`config ${path}`, known);
  }
  const seed = settingOf(manifest.seed);
  if (seed !== null) asked.set('seed', seed);
  return { machine, surroundings, asked };
}

function named(values: Record<string, unknown>): Map<string, Setting> {
  return new Map(
    Object.entries(values).flatMap(([name, value]): [string, Setting][] => {
      const setting = settingOf(value);
      return setting === null ? [] : [[name, setting]];
    }),
  );
}

/** Archives of ours hold no secret; should a stranger's hold one, it is not shown here either. */
function settingOf(value: unknown, secret = false): Setting | null {
  if (value === undefined || value === null) return null;
  const whole = typeof value === 'string' ? value : JSON.stringify(value);
  return { text: secret && typeof value !== 'boolean' ? HIDDEN : hideSecrets(whole), whole };
}

/** The host of an endpoint; on loopback without its port, which the embedded platform draws anew for each run. */
function platformOf(url: string | undefined): string | null {
  if (url === undefined || !URL.canParse(url)) return null;
  const { hostname, host } = new URL(url);
  return /^(127\.|localhost$|\[::1\]$)/.test(hostname) ? hostname : host;
}

interface Leaf {
  path: string;
  value: unknown;
  /** a key on the way to it says so */
  secret: boolean;
}

/** Everything that is no object, by its path; of lists of objects each entry's, while lists of plain values stay whole. */
function* leaves(
  value: unknown,
  at: Omit<Leaf, 'value'> = { path: '', secret: false },
  parent: string | null = null,
): Generator<Leaf> {
  const { path, secret } = at;
  if (Array.isArray(value) && value.some((entry) => typeof entry === 'object' && entry !== null)) {
    for (const [i, entry] of value.entries()) yield* leaves(entry, { path: `${path}[${i}]`, secret }, parent);
  } else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    for (const [key, inner] of Object.entries(value)) {
      const below = { path: path === '' ? key : `${path}.${key}`, secret: secret || isSecretBelow(key, parent) };
      yield* leaves(inner, below, key);
    }
  } else yield { ...at, value };
}
