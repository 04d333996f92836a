import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { ActivationFaults } from '../faults/plan.js';
import type { PlatformFunction } from '../functions.js';
import type { InstanceSpec, ServiceSpec } from './contract.js';
import type { FunctionShape } from './pool/model.js';
import type { Runtime } from './runtimes.js';

/** Largest answer of a function that is read, which is Lambda's limit; the rest is counted and dropped. */
const ANSWER_LIMIT_BYTES = 6 * 2 ** 20 + 100;

/** Variables that a program reads when it starts: a prewarmed instance, which has started, would not know them. */
const READ_AT_START = /^(NODE_|PYTHON|LD_|MALLOC_|UV_|TZ$|LANG$|LC_)/;

/** What the pool must know of a function. */
export function shapeOf(fn: PlatformFunction): FunctionShape {
  const { key, limits, runtime, entry, env } = fn;
  const canAdopt = entry.convention === 'main' && !Object.keys(env).some((name) => READ_AT_START.test(name));
  return {
    key,
    maxInstances: limits.maxInstances,
    concurrency: concurrencyOf(fn),
    prewarmedBy: canAdopt ? runtime : null,
  };
}

/** Python executes one invocation at a time whatever its limit says, as its runtime in OpenWhisk does; so does Lambda. */
function concurrencyOf({ runtime, entry, limits }: PlatformFunction): number {
  return runtime === 'node' && entry.convention === 'main' ? limits.concurrency : 1;
}

/**
 * How a process is started that will execute functions.
 * @param own         the instance's own folder
 * @param functionName as `ps` and the sampler of the monitors are told whose process this is; the runtimes do not look at it
 */
export function instanceSpec(
  runtime: Runtime,
  own: string,
  functionName: string,
  env: NodeJS.ProcessEnv,
): InstanceSpec {
  return {
    program: runtime.program,
    args: [...runtime.args, `--faaslab-function=${functionName}`],
    folder: own,
    socketPath: `${own}.sock`,
    logMark: `end-of-log-${randomBytes(9).toString('base64url')}`,
    answerLimitBytes: ANSWER_LIMIT_BYTES,
    env: {
      PATH: process.env['PATH'],
      LANG: process.env['LANG'] ?? 'C.UTF-8',
      ...env,
      HOME: own,
      TMPDIR: own,
    },
  };
}

/** What a runtime must know of its function, as variables. @param id of the instance */
export function functionEnv(
  fn: PlatformFunction,
  id: number,
  code: string,
  { added }: ActivationFaults,
): NodeJS.ProcessEnv {
  const concurrency = concurrencyOf(fn);
  return {
    ...fn.env,
    ...fn.envOf?.(id),
    LAMBDA_TASK_ROOT: fn.code.form === 'zip' ? code : dirname(code),
    _HANDLER: fn.entry.name,
    FAASLAB_ENTRY: fn.entry.convention,
    FAASLAB_CODE: code,
    ...(concurrency > 1 ? { FAASLAB_CONCURRENCY: String(concurrency) } : {}),
    ...(added.spawn > 0 ? { FAASLAB_SPAWN_DELAY_MS: String(added.spawn) } : {}),
    ...(added.init > 0 ? { FAASLAB_INIT_DELAY_MS: String(added.init) } : {}),
  };
}

export function serviceSpec(fn: PlatformFunction, { clockSkewMs }: ActivationFaults): ServiceSpec {
  const { timeoutMs, logsMb, memoryMb } = fn.limits;
  return {
    clockSkewMs,
    timeoutMs,
    logLimitBytes: logsMb * 2 ** 20,
    memoryLimitMb: memoryMb,
    endsAfterError: fn.entry.convention === 'main',
    concurrency: concurrencyOf(fn),
  };
}

/** The folder of an instance; its socket lies beside it. */
export function instanceFolder(root: string, id: number): string {
  return join(root, String(id));
}
