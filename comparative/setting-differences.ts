import type { Merged, MergedRun } from './merged.js';
import type { Sides } from './sides.js';

/** A setting that is not the same on both sides: what the comparison may be about, or be spoilt by. */
export interface SettingDifference {
  /** `host`, `faaslab version`, `config instances.a.rate` … */
  setting: string;
  /** the distinct values among the side's runs, the most common first; `–` where it is absent */
  baseline: string[];
  candidate: string[];
  /** differs in the machine or the software under the test, not in what the config asked for */
  environment: boolean;
}

/** Differences of every run are not told: names, times and what was drawn differ by nature. */
const BY_NATURE = new Set(['test_name', 'random_seed', 'seed', 'config_path']);

/**
 * Configs, versions, hosts and endpoints that differ between the compared runs, environment first. Several runs of one
 * side that differ among themselves are told too: a side that mixes two machines is no side.
 */
export function settingDifferences(sides: Sides, merged: Merged): SettingDifference[] {
  const settingsOf = (ids: string[]) =>
    merged.runs.filter((run) => ids.includes(run.run_id)).map((run) => settingsOfRun(run));
  const baseline = settingsOf(sides.baseline.runs);
  const candidate = settingsOf(sides.candidate.runs);
  const names = [...new Set([...baseline, ...candidate].flatMap((settings) => [...settings.keys()]))];
  return names
    .map((setting) => ({
      setting,
      baseline: distinct(baseline, setting),
      candidate: distinct(candidate, setting),
      environment: !setting.startsWith('config '),
    }))
    .filter((each) => new Set([...each.baseline, ...each.candidate]).size > 1)
    .sort((a, b) => Number(b.environment) - Number(a.environment));
}

function distinct(side: Map<string, string>[], setting: string): string[] {
  const counts = new Map<string, number>();
  for (const settings of side) {
    const value = settings.get(setting) ?? '–';
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1]).map(([value]) => value);
}

function settingsOfRun({ manifest }: MergedRun): Map<string, string> {
  const { host, endpoint } = manifest;
  const settings = new Map<string, string>();
  const add = (name: string, value: unknown) => {
    if (value !== undefined && value !== null)
      settings.set(name, typeof value === 'string' ? value : JSON.stringify(value));
  };
  add('host', host?.hostname);
  add('operating system', host?.os);
  add('processors', host?.cpus);
  add('memory', host?.memory_bytes === undefined ? null : `${(host.memory_bytes / 2 ** 30).toFixed(1)} GiB`);
  add('faaslab version', manifest.faaslab_version);
  add('Node.js version', manifest.node_version);
  add('endpoint', endpoint?.kind);
  add('platform', platformOf(endpoint?.url));
  add('source of activations', manifest.activations?.source);
  for (const [path, value] of leaves(manifest.config ?? {}, '')) {
    if (!BY_NATURE.has(path)) add(`config ${path}`, value);
  }
  return settings;
}

/** The host of an endpoint; on loopback without its port, which the embedded platform draws anew for each run. */
function platformOf(url: string | undefined): string | null {
  if (url === undefined || !URL.canParse(url)) return null;
  const { hostname, host } = new URL(url);
  return /^(127\.|localhost$|\[::1\]$)/.test(hostname) ? hostname : host;
}

function* leaves(value: unknown, path: string): Generator<[path: string, value: unknown]> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return yield [path, value];
  for (const [key, inner] of Object.entries(value)) yield* leaves(inner, path === '' ? key : `${path}.${key}`);
}
