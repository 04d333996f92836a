import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { ConfigError, messageOf } from '../common/errors.js';
import type { RateLimits } from './execution/limits.js';
import type { PoolLimits } from './execution/pool.js';

/** How the platform behaves; everything has a default. */
export interface Settings {
  limits: RateLimits;
  pool: PoolLimits;
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
  'pool.keep_alive_ms': notNegative,
  'pool.spawn_parallelism': positive,
  'couchdb.database': databaseName,
  'lambda.region': regionName,
  'lambda.concurrent_executions': positive,
  'lambda.retry_waits_ms': retryWaits,
  'cloudwatch.ingestion_delay_ms': notNegative,
} as const;

type Key = keyof typeof KEYS;

/**
 * Reads the platform's config file; null gives the defaults: no rate limits, eight instances a core, two starting at a time
 * on two cores, kept for a minute.
 * @throws ConfigError that names every wrong key
 */
export async function readSettings(path: string | null): Promise<Settings> {
  const given = path === null ? new Map<string, unknown>() : await readKeys(path);
  const wrong: string[] = [];
  for (const [key, value] of given) {
    const fault = key in KEYS ? KEYS[key as Key](value) : `unknown key (${Object.keys(KEYS).join(', ')})`;
    if (fault !== null) wrong.push(`${path}: ${key}: ${fault}, got ${JSON.stringify(value)}`);
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
      keepAliveMs: numberAt('pool.keep_alive_ms') ?? 60_000,
      spawnParallelism: numberAt('pool.spawn_parallelism') ?? cores,
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

function positive(value: unknown): string | null {
  return Number.isInteger(value) && (value as number) > 0 ? null : 'must be an integer above 0';
}

function notNegative(value: unknown): string | null {
  return typeof value === 'number' && value >= 0 && value < 2 ** 31 ? null : 'must be a number of ms from 0';
}

/** @see https://docs.couchdb.org/en/stable/api/database/common.html#put--db */
function databaseName(value: unknown): string | null {
  const valid = typeof value === 'string' && /^[a-z][a-z0-9_$()+-]*$/.test(value);
  return valid ? null : 'must be a name of lower-case letters, digits and _$()+-, beginning with a letter';
}

function regionName(value: unknown): string | null {
  const valid = typeof value === 'string' && /^[a-z]{2}(-[a-z]+)+-\d$/.test(value);
  return valid ? null : 'must be a name such as "us-east-1"';
}

function retryWaits(value: unknown): string | null {
  const valid = Array.isArray(value) && value.length <= 2 && value.every((wait) => notNegative(wait) === null);
  return valid ? null : 'must be a list of at most two numbers of ms from 0';
}
