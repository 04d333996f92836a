import { readFile } from 'node:fs/promises';
import { ConfigError, messageOf } from '../../common/errors.js';
import { faultsFile, type FaultsFile } from './faults-file.js';
import type { Delay, FaultPlan } from './plan.js';
import { wrongKeys } from './wrong-keys.js';

/**
 * Reads the file of `faaslab platform --faults`.
 * @throws ConfigError with a line for every wrong key
 */
export async function readFaults(path: string): Promise<FaultPlan> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new ConfigError(`--faults ${path}: cannot be read as JSON: ${messageOf(error)}`, { cause: error });
  }
  const parsed = faultsFile.safeParse(content);
  if (!parsed.success) throw new ConfigError(wrongKeys(path, content, parsed.error.issues).join('\n'));
  return planOf(parsed.data);
}

function planOf(given: FaultsFile): FaultPlan {
  return {
    seed: given.seed ?? 1,
    latency: (given.latency ?? []).map((entry) => ({
      ...reachOf(entry),
      phase: entry.phase,
      delay: delayOf(entry.delay),
    })),
    errors: (given.errors ?? []).map(reachOf),
    throttles: (given.throttles ?? []).map(reachOf),
    crashes: (given.crashes ?? []).map((entry) => ({ ...reachOf(entry), after: delayOf(entry.after ?? 0) })),
    stalls: (given.stalls ?? []).map(({ at_s, for_s }) => ({ atMs: at_s * 1_000, forMs: for_s * 1_000 })),
    records: {
      lost: (given.records?.lost ?? []).map(reachOf),
      delayed: (given.records?.delayed ?? []).map((entry) => ({ ...reachOf(entry), delay: delayOf(entry.delay) })),
      duplicated: (given.records?.duplicated ?? []).map(reachOf),
    },
    clockSkewMs: given.clock_skew_ms ?? 0,
  };
}

function reachOf(given: { function?: string | null | undefined; probability?: number | null | undefined }) {
  return { function: given.function ?? null, probability: given.probability ?? 1 };
}

function delayOf(given: number | Delay): Delay {
  return typeof given === 'number' ? { distribution: 'constant', ms: given } : given;
}
