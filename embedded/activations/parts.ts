import { timesOf } from '../timeline.js';
import type { Activation } from './activation.js';
import { STATUS, type ActivationResponse } from './response.js';

/** The one namespace of this platform, and its one subject. */
export const NAMESPACE = 'guest';

const STATUS_WORDS = ['success', 'application error', 'action developer error', 'whisk internal error'] as const;

/** The word for a status in OpenWhisk's API. */
export function statusWord(statusCode: number): string {
  return STATUS_WORDS[statusCode] ?? STATUS_WORDS[STATUS.whiskError];
}

/** What a record of OpenWhisk's says, of an execution, a sequence or a trigger, in whichever form it is written. */
export interface RecordParts {
  activationId: string;
  annotations: readonly Annotation[];
  /** the sequence that it is a component of */
  cause: string | null;
  /** null of a trigger */
  duration: number | null;
  /** null of a trigger */
  end: number | null;
  logs: readonly string[];
  /** without its package, which stands in the annotation `path` only */
  name: string;
  /** what a list is filtered by: `hello`, `pkg/hello`; called by a package binding, with the binding's name */
  functionName: string;
  response: ActivationResponse;
  start: number;
  version: string;
}

export interface Annotation {
  key: string;
  value: unknown;
}

/** What a record's annotations are made from; null and false leave one out. */
export interface AnnotationValues {
  causedBySequence: boolean;
  binding: string | null;
  /** of a sequence: whether it was called itself */
  topmost: boolean | null;
  path: string;
  waitTime: number | null;
  kind: string;
  timeout: boolean | null;
  limits: { concurrency: number; logs: number; memory: number; timeout: number } | null;
  initTime: number | null;
}

/**
 * Annotations in the real system's order, which is that of their hashes in Scala's map: the same for all records of more
 * than four, as the recorded ones show.
 */
export function annotationsOf(values: AnnotationValues): Annotation[] {
  const { causedBySequence, binding, topmost, path, waitTime, kind, timeout, limits, initTime } = values;
  const all = {
    causedBy: causedBySequence ? 'sequence' : null,
    binding,
    topmost,
    path: `${NAMESPACE}/${path}`,
    waitTime,
    kind,
    timeout,
    limits,
    initTime,
  };
  return Object.entries(all).flatMap(([key, value]) => (value === null ? [] : [{ key, value }]));
}

/**
 * The record of an execution. A blocking call shows it before its log is collected: `logs` is then empty, as in OpenWhisk.
 */
export function executionParts(activation: Activation, response: ActivationResponse): RecordParts {
  const { activationId, binding, cause, fn, logs, outcome, timeline } = activation;
  const times = timesOf(timeline);
  const { limits } = fn;
  const name = nameIn(fn.name);
  return {
    activationId,
    annotations: annotationsOf({
      causedBySequence: cause !== null,
      binding,
      topmost: null,
      path: fn.name,
      waitTime: times.waitTime,
      kind: fn.kind,
      timeout: outcome?.kind === 'timed_out',
      limits: {
        concurrency: limits.concurrency,
        logs: limits.logsMb,
        memory: limits.memoryMb,
        timeout: limits.timeoutMs,
      },
      initTime: times.initTime,
    }),
    cause,
    duration: times.duration,
    end: times.end,
    logs,
    name,
    functionName: binding === null ? fn.name : filterName(binding, name),
    response,
    start: times.start,
    version: fn.version,
  };
}

/** A name without its package. */
export function nameIn(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** What a list is filtered by, of an action that was called by a package binding: `bound/hello` of `guest/bound`. */
export function filterName(binding: string, name: string): string {
  return `${nameIn(binding)}/${name}`;
}
