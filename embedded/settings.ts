import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { ConfigError, messageOf } from '../common/errors.js';
import { shown } from '../common/shown.js';
import type { ExecutorLimits } from './execution/executor.js';
import type { RateLimits } from './execution/limits.js';
import type { Placement } from './execution/pool/members.js';
import {
  countFrom0,
  databaseName,
  milliseconds,
  placement,
  positive,
  regionName,
  retryWaits,
  seed,
  type Check,
} from './setting-values.js';

/** How the platform behaves; everything has a default. */
export interface Settings {
  limits: RateLimits;
  pool: ExecutorLimits;
  /** name of the activations database */
  database: string;
  lambda: LambdaSettings;
  cloudwatch: { ingestionDelayMs: number };
}

export interface LambdaSettings {
  region: string;
  /** executions at one time, of all functions */
  concurrentExecutions: number;
  /** how long an Event waits after each failure before it is executed again; as many attempts more */
  retryWaitsMs: readonly number[];
}

/** The keys of the config file, each with what it must be. */
const KEYS = {
  'limits.invocations_per_minute': positive,
  'limits.concurrent_invocations': positive,
  'pool.max_instances': positive,
  'pool.max_instances_per_function': positive,
  'pool.queue_limit': countFrom0,
  'pool.keep_alive_ms': milliseconds,
  'pool.spawn_parallelism': positive,
  'pool.placement': placement,
  'pool.placement_seed': seed,
  'pool.prewarm_node': countFrom0,
  'pool.prewarm_python3': countFrom0,
  'pool.stop_grace_ms': milliseconds,
  'couchdb.database': databaseName,
  'lambda.region': regionName,
  'lambda.concurrent_executions': positive,
  'lambda.retry_waits_ms': retryWaits,
  'cloudwatch.ingestion_delay_ms': milliseconds,
} as const satisfies Record<string, Check>;

type Key = keyof typeof KEYS;

/**
 * Reads the platform's config file; null gives the defaults: no rate limits, eight instances a core, two starting at a time
 * on two cores, kept for a minute, none prewarmed, no end to the queue.
 * @throws ConfigError that names every wrong key
 */
export async function readSettings(path: string | null): Promise<Settings> {
  const given = path === null ? new Map<string, unknown>() : await readKeys(path);
  const wrong: string[] = [];
  for (const [key, value] of given) {
    const fault = key in KEYS ? valueFault(key as Key, value) : `unknown key (${Object.keys(KEYS).join(', ')})`;
    if (fault !== null) wrong.push(`${path}: ${key}: ${fault}`);
  }
  if (wrong.length > 0) throw new ConfigError(wrong.join('\n'));
  const cores = availableParallelism();
  return {
    limits: {
      invocationsPerMinute: numberAt('limits.invocations_per_minute') ?? null,
      concurrentInvocations: numberAt('limits.concurrent_invocations') ?? null,
    },
    pool: {
      maxInstances: numberAt('pool.max_instances') ?? 8 * cores,
      maxInstancesPerFunction: numberAt('pool.max_instances_per_function') ?? null,
      queueLimit: numberAt('pool.queue_limit') ?? null,
      keepAliveMs: numberAt('pool.keep_alive_ms') ?? 60_000,
      spawnParallelism: numberAt('pool.spawn_parallelism') ?? cores,
      placement: (given.get('pool.placement') as Placement | undefined) ?? 'mru',
      placementSeed: numberAt('pool.placement_seed') ?? 1,
      prewarm: { node: numberAt('pool.prewarm_node') ?? 0, python3: numberAt('pool.prewarm_python3') ?? 0 },
      stopGraceMs: numberAt('pool.stop_grace_ms') ?? 1_000,
    },
    database: (given.get('couchdb.database') as string | undefined) ?? 'whisk_local_activations',
    lambda: {
      region: (given.get('lambda.region') as string | undefined) ?? 'us-east-1',
      concurrentExecutions: numberAt('lambda.concurrent_executions') ?? 1000,
      // AWS's own: one minute, then two.
      retryWaitsMs: (given.get('lambda.retry_waits_ms') as number[] | undefined) ?? [60_000, 120_000],
    },
    cloudwatch: { ingestionDelayMs: numberAt('cloudwatch.ingestion_delay_ms') ?? 0 },
  };

  function numberAt(key: Key): number | undefined {
    return given.get(key) as number | undefined;
  }
}

function valueFault(key: Key, value: unknown): string | null {
  const fault = KEYS[key](value);
  return fault === null ? null : `${fault}, got ${shown(value)}`;
}

/** The file's leaves by dotted path. */
async function readKeys(path: string): Promise<Map<string, unknown>> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new ConfigError(`${path}: cannot be read as JSON: ${messageOf(error)}`, { cause: error });
  }
  if (!isObject(content)) throw new ConfigError(`${path}: must be a JSON object`);
  const keys = new Map<string, unknown>();
  for (const [section, inner] of Object.entries(content)) {
    if (!isObject(inner)) keys.set(section, inner);
    else for (const [key, value] of Object.entries(inner)) keys.set(`${section}.${key}`, value);
  }
  return keys;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
