import type { Runtimes } from '../../execution/runtimes.js';
import type { PlatformFunction } from '../../functions.js';
import { Rejection } from './exchange.js';
import { execOf, isSequence, type Exec } from './exec.js';
import { limitsOf, type ActionLimits } from './action-limits.js';
import { isTruthy, parametersIn, type Parameter } from './parameters.js';
import { qualifiedName } from './names.js';
import { nextVersion } from './version.js';

/** An action as the API shows it. */
export interface ActionEntity {
  annotations: Parameter[];
  exec: Exec;
  limits: ActionLimits;
  name: string;
  /** `guest`, or `guest/pkg` */
  namespace: string;
  parameters: Parameter[];
  publish: boolean;
  updated: number;
  version: string;
}

/** What functions of this face are told about the platform that they run on. */
export interface Surroundings {
  apiHost: string;
  apiKey: string;
}

/**
 * The entity that a PUT asks for.
 * @param before what stands there now: what the request leaves out stays as it is
 * @throws Rejection or ApiError 400, 403, 413
 */
export function actionEntityOf(
  path: string,
  asked: Record<string, unknown>,
  before: ActionEntity | undefined,
  runtimes: Runtimes,
): ActionEntity {
  if (asked['exec'] === undefined && before === undefined) throw new Rejection(400, 'exec undefined');
  const exec = asked['exec'] === undefined ? before!.exec : execOf(asked['exec'], runtimes);
  const slash = path.lastIndexOf('/');
  return {
    annotations: annotationsOf(asked, before, exec.kind),
    exec,
    limits: limitsOf(asked['limits'], before?.limits),
    name: path.slice(slash + 1),
    namespace: slash < 0 ? 'guest' : `guest/${path.slice(0, slash)}`,
    parameters: parametersOf(asked['parameters'], exec, before),
    publish: typeof asked['publish'] === 'boolean' ? asked['publish'] : (before?.publish ?? false),
    updated: Date.now(),
    version: nextVersion(asked['version'], before?.version),
  };
}

/** A sequence's only parameter is `_actions`, its components, which no other action inherits. */
function parametersOf(asked: unknown, exec: Exec, before: ActionEntity | undefined): Parameter[] {
  if (isSequence(exec)) return [{ key: '_actions', value: exec.components }];
  if (asked !== undefined || before === undefined) return parametersIn(asked, 'parameters');
  return isSequence(before.exec) ? [] : before.parameters;
}

/** `delAnnotations` is how `wsk` removes some. */
function annotationsOf(asked: Record<string, unknown>, before: ActionEntity | undefined, kind: string): Parameter[] {
  const { annotations, delAnnotations } = asked;
  const own =
    annotations === undefined && before !== undefined ? before.annotations : parametersIn(annotations, 'annotations');
  const removed = new Set<unknown>(Array.isArray(delAnnotations) ? delAnnotations : []);
  const kept = own.filter(({ key }) => key !== 'exec' && !removed.has(key));
  const hasKeyRule = kept.some(({ key }) => key === 'provide-api-key');
  return [...kept, ...(hasKeyRule ? [] : [{ key: 'provide-api-key', value: false }]), { key: 'exec', value: kind }];
}

let revisions = 0;

/** The function that the platform executes for an action; null for a sequence. */
export function functionOf(path: string, entity: ActionEntity, surroundings: Surroundings): PlatformFunction | null {
  const { annotations, exec, limits, version } = entity;
  if (isSequence(exec)) return null;
  revisions += 1;
  const withKey = isTruthy(annotations, 'provide-api-key');
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
    // Read when an instance starts: a function of an earlier life of the platform is made before its new address is known.
    get env() {
      return {
        __OW_API_HOST: surroundings.apiHost,
        ...(withKey ? { __OW_API_KEY: surroundings.apiKey } : {}),
        __OW_ACTION_NAME: qualifiedName(path),
        __OW_ACTION_VERSION: version,
        __OW_NAMESPACE: 'guest',
      };
    },
  };
}
