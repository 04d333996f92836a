import type { Runtimes } from '../../execution/runtimes.js';
import type { PlatformFunction } from '../../functions.js';
import { ApiError, Rejection } from './exchange.js';
import { kindNamed } from './kinds.js';
import { parametersIn, type Parameter } from './parameters.js';

/** An action as the API shows it. */
export interface ActionEntity {
  annotations: Parameter[];
  exec: { kind: string; code: string; binary: boolean; main?: string };
  limits: { concurrency: number; logs: number; memory: number; timeout: number };
  name: string;
  /** `guest`, or `guest/pkg` */
  namespace: string;
  parameters: Parameter[];
  publish: boolean;
  updated: number;
  version: string;
}

/** Bounds of an action's limits, as `GET /namespaces/_/limits` tells them. */
export const ACTION_LIMITS = {
  timeout: { low: 100, high: 300_000, normal: 60_000, what: 'duration', unit: 'milliseconds' },
  memory: { low: 128, high: 512, normal: 256, what: 'memory size', unit: 'MB' },
  logs: { low: 0, high: 10, normal: 10, what: 'log size', unit: 'MB' },
  concurrency: { low: 1, high: 500, normal: 1, what: 'concurrency', unit: 'activations' },
} as const;

/** Largest code, bytes. */
const CODE_LIMIT_BYTES = 48 * 2 ** 20;
const ENTRY_NAME = /^[\p{ID_Start}$_][\p{ID_Continue}$.]*$/u;

/**
 * The entity that a PUT asks for.
 * @param before what stands there now: what the request leaves out stays as it is
 * @throws Rejection or ApiError 400, 413
 */
export function actionEntityOf(
  path: string,
  asked: Record<string, unknown>,
  before: ActionEntity | undefined,
  runtimes: Runtimes,
): ActionEntity {
  const exec = execOf(asked['exec'], before, runtimes);
  const slash = path.lastIndexOf('/');
  return {
    annotations: annotationsOf(asked['annotations'], before, exec.kind),
    exec,
    limits: limitsOf(asked['limits'], before),
    name: path.slice(slash + 1),
    namespace: slash < 0 ? 'guest' : `guest/${path.slice(0, slash)}`,
    parameters:
      asked['parameters'] === undefined && before ? before.parameters : parametersIn(asked['parameters'], 'parameters'),
    publish: asked['publish'] === true,
    updated: Date.now(),
    version: typeof asked['version'] === 'string' ? asked['version'] : nextVersion(before?.version),
  };
}

function execOf(asked: unknown, before: ActionEntity | undefined, runtimes: Runtimes): ActionEntity['exec'] {
  if (asked === undefined && before !== undefined) return before.exec;
  if (typeof asked !== 'object' || asked === null) {
    throw new Rejection(400, 'The request content was malformed:\nexec undefined');
  }
  const { kind, code, main, binary } = asked as Record<string, unknown>;
  if (typeof kind !== 'string')
    throw new Rejection(400, `The request content was malformed:\n'kind' must be a string defined in 'exec'.`);
  const resolved = kindNamed(kind, runtimes);
  if (typeof code !== 'string') {
    throw new Rejection(
      400,
      `The request content was malformed:\n'code' must be a string or attachment object defined in 'exec' for '${resolved.kind}' actions.`,
    );
  }
  if (main !== undefined && (typeof main !== 'string' || !ENTRY_NAME.test(main))) {
    throw new Rejection(400, `The request content was malformed:\n'main' must be a string defined in 'exec'.`);
  }
  const bytes = Buffer.byteLength(code);
  if (bytes > CODE_LIMIT_BYTES)
    throw new ApiError(413, `Request larger than allowed: ${bytes} > ${CODE_LIMIT_BYTES} bytes.`);
  return { kind: resolved.kind, code, binary: binary === true, ...(main === undefined ? {} : { main }) };
}

function annotationsOf(asked: unknown, before: ActionEntity | undefined, kind: string): Parameter[] {
  const own = asked === undefined && before !== undefined ? before.annotations : parametersIn(asked, 'annotations');
  const kept = own.filter(({ key }) => key !== 'exec');
  const hasKeyRule = kept.some(({ key }) => key === 'provide-api-key');
  return [...kept, ...(hasKeyRule ? [] : [{ key: 'provide-api-key', value: false }]), { key: 'exec', value: kind }];
}

function limitsOf(asked: unknown, before: ActionEntity | undefined): ActionEntity['limits'] {
  const given = (asked ?? {}) as Record<string, unknown>;
  const limits = {} as ActionEntity['limits'];
  for (const name of ['concurrency', 'logs', 'memory', 'timeout'] as const) {
    const { low, high, normal, what, unit } = ACTION_LIMITS[name];
    const value = given[name] ?? before?.limits[name] ?? normal;
    if (!Number.isInteger(value))
      throw new Rejection(400, `The request content was malformed:\n${name} limit malformed`);
    const number = value as number;
    if (number < low) throw exceeds(`${what} ${number} ${unit} below allowed threshold of ${low} ${unit}`);
    if (number > high) throw exceeds(`${what} ${number} ${unit} exceeds allowed threshold of ${high} ${unit}`);
    limits[name] = number;
  }
  return limits;
}

function exceeds(what: string): ApiError {
  return new ApiError(400, `requirement failed: ${what}`);
}

function nextVersion(version: string | undefined): string {
  const [major, minor, patch] = (version ?? '0.0.0').split('.').map(Number);
  return `${major ?? 0}.${minor ?? 0}.${(patch ?? 0) + 1}`;
}

let revisions = 0;

/** The function that the platform executes for an action. */
export function functionOf(path: string, entity: ActionEntity): PlatformFunction {
  const { exec, limits, version } = entity;
  revisions += 1;
  return {
    key: `openwhisk-${revisions}`,
    face: 'openwhisk',
    name: path,
    runtime: exec.kind.startsWith('python:') ? 'python3' : 'node',
    kind: exec.kind,
    entry: { convention: 'main', name: exec.main ?? 'main' },
    code: exec.binary ? { form: 'zip', base64: exec.code } : { form: 'source', text: exec.code },
    version,
    limits: {
      timeoutMs: limits.timeout,
      memoryMb: limits.memory,
      logsMb: limits.logs,
      concurrency: limits.concurrency,
      maxInstances: null,
    },
    env: { __OW_ACTION_NAME: `/guest/${path}`, __OW_ACTION_VERSION: version, __OW_NAMESPACE: 'guest' },
  };
}
