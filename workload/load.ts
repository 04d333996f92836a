import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { ConfigError } from '../common/errors.js';
import { drawSeed } from '../common/random.js';
import { collectFindings, type Findings } from './findings.js';
import { readJson } from './json-text.js';
import type { InstanceSpec, Limits, Workload } from './model.js';
import { FileFault, namedFiles, readWhole, type NamedFiles } from './named-files.js';
import { planOf } from './plan.js';
import { readFields, type Readable } from './read-fields.js';
import { resolveBlocking, resolveEndpoint } from './resolve-endpoint.js';
import { resolveInstance } from './resolve-instance.js';
import { isMonitored, resolveMonitoring } from './resolve-monitoring.js';
import { resolveTrace } from './resolve-trace.js';
import { resolvedConfig } from './resolved.js';
import { resolveDuration, resolveTestName } from './resolve-test.js';
import { configSchema, limitsSchema, type ConfigInput } from './schema.js';
import { readThresholds } from './thresholds.js';

export interface LoadOptions {
  /** where relative paths begin; default process.cwd() */
  cwd?: string;
  /** instead of the config's `random_seed`: to plan a recorded run again */
  seed?: number;
}

/**
 * Reads a workload config and every file that it names, checks all of it, and fills in the defaults.
 *
 * @param configPath as the user named it: errors and the manifest show it so
 * @throws ConfigError a line for each error, all of them at once: the file, the place in its JSON, what is wrong, what is
 *         allowed. Never a secret.
 */
export async function loadWorkload(configPath: string, options: LoadOptions = {}): Promise<Workload> {
  const cwd = options.cwd ?? process.cwd();
  const absolute = resolve(cwd, configPath);
  const bytes = await readConfig(absolute, configPath);
  const { value, repeatedKeys } = readJson(bytes, configPath);
  const findings = collectFindings(configPath);
  for (const key of repeatedKeys)
    findings.warn([], `the key ${JSON.stringify(key)} stands twice in one object; the last counts`);

  const given = readFields(configSchema, value, [], findings);
  const files = namedFiles(absolute, cwd);
  const parts = given === undefined ? undefined : await resolveParts(given, value, files, options, findings);
  findings.throwErrors();
  const workload = parts as NonNullable<typeof parts>;
  checkAnythingPlanned(workload, findings);
  findings.throwErrors();

  const configSha256 = createHash('sha256').update(bytes).digest('hex');
  return {
    ...workload,
    source: {
      configPath,
      configSha256,
      resolved: resolvedConfig(workload, given!),
      files: { [absolute]: configSha256, ...files.hashes },
    },
    warnings: findings.warnings,
  };
}

async function readConfig(absolute: string, configPath: string): Promise<Uint8Array> {
  try {
    return await readWhole(absolute);
  } catch (error) {
    if (!(error instanceof FileFault)) throw error;
    throw new ConfigError(`${configPath}: ${error.message}`);
  }
}

/** Every part of the workload. Where the findings have errors, it is not to be used. */
async function resolveParts(
  given: Readable<ConfigInput>,
  raw: unknown,
  files: NamedFiles,
  options: LoadOptions,
  findings: Findings,
): Promise<Omit<Workload, 'source' | 'warnings'>> {
  const testName = resolveTestName(given.test_name, findings);
  const durationS = resolveDuration(given, findings);
  const endpoint = resolveEndpoint(given.endpoint, (raw as { endpoint?: unknown }).endpoint, findings);
  const blocking = resolveBlocking(endpoint, given.blocking_cli, findings);
  const seed = options.seed ?? given.random_seed ?? drawSeed();
  const limits = resolveLimits(given);
  const instances: InstanceSpec[] = [];
  for (const [name, instance] of Object.entries(given.instances ?? {})) {
    if (instance === undefined) continue;
    const around = { durationS, endpoint, blocking, files, seed, timeoutMs: limits.timeoutMs };
    const resolved = await resolveInstance(name, instance, around, findings);
    if (instance.distribution !== 'Trace') instances.push(resolved);
    else instances.push(...(await resolveTrace(resolved, instance, around, findings)));
  }
  checkNames(instances, findings);
  const thresholds = (given.thresholds ?? {}) as Workload['thresholds'];
  readThresholds(
    thresholds,
    instances.map(({ name }) => name),
    findings,
  );
  return {
    testName,
    durationS: durationS ?? NaN,
    seed,
    blocking,
    endpoint,
    instances,
    monitoring: await resolveMonitoring(
      given.perf_monitoring ?? {},
      (raw as { perf_monitoring?: unknown }).perf_monitoring,
      files,
      findings,
    ),
    limits,
    thresholds,
  };
}

/** The functions of a trace become instances of their own, whose names nobody wrote. */
function checkNames(instances: readonly InstanceSpec[], findings: Findings): void {
  const names = new Set<string>();
  for (const { name } of instances) {
    if (names.has(name))
      findings.error(['instances', name], 'is also the name of a function of a trace; name it otherwise');
    names.add(name);
  }
}

function resolveLimits(given: Readable<ConfigInput>): Limits {
  const limits = { ...limitsSchema.parse({}), ...given.limits };
  return {
    maxInFlight: limits.max_in_flight,
    timeoutMs: limits.timeout_ms,
    latenessBudgetMs: limits.lateness_budget_ms,
    responseBodyBytes: limits.response_body_bytes,
  };
}

/** A test that plans nothing is a mistake, unless it is an idle baseline: monitors alone. */
function checkAnythingPlanned(workload: Omit<Workload, 'source' | 'warnings'>, findings: Findings): void {
  if (planOf(workload).rows().next().done !== true) return;
  if (!isMonitored(workload.monitoring)) {
    findings.error(
      ['instances'],
      'nothing would be invoked: no arrival falls into the test; raise a rate or the duration, or set perf_monitoring to measure an idle baseline',
    );
  } else {
    findings.warn([], 'nothing is planned: this test is an idle baseline, monitors only');
  }
}
