import { newActivationId } from '../../activations/activation.js';
import { answeredRecord } from '../../activations/document.js';
import { annotationsOf, filterName, type RecordParts } from '../../activations/parts.js';
import { errorJson, STATUS, type ActivationResponse } from '../../activations/response.js';
import { epochMsOf, nowNs } from '../../timeline.js';
import { ApiError } from './exchange.js';
import type { OpenwhiskFace } from './face.js';
import { isSequence } from './exec.js';
import { qualifiedPath } from './names.js';
import { resolveAction, type ResolvedAction } from './resolve.js';
import { COMPONENT_MISSING, SEQUENCE_LIMIT, TOO_LONG } from './sequence-check.js';
import { startExecution, type Ended, type Started } from './execution.js';

/** A call of a sequence. */
interface SequenceCall {
  sequence: ResolvedAction;
  /** JSON */
  payload: string;
  /** when the request arrived that began it all */
  acceptNs: number;
  /** the sequence that it is a component of; null = it was called itself */
  cause: string | null;
  /** actions executed since then */
  actions: { count: number };
}

/**
 * Executes a sequence's components one after the other, the result of each being the parameters of the next, until one of
 * them reports an error. Its own record has the last result, the ids of the components as its log, the sum of their
 * durations and the largest of their memory limits, as in the real system.
 */
export function startSequence(
  face: OpenwhiskFace,
  sequence: ResolvedAction,
  payload: string,
  acceptNs: number,
): Started {
  return start(face, { sequence, payload, acceptNs, cause: null, actions: { count: 0 } });
}

function start(face: OpenwhiskFace, call: SequenceCall): Started {
  const activationId = newActivationId();
  const startMs = Math.floor(epochMsOf(nowNs()));
  const course = runComponents(face, call, activationId);
  const record = course.then((ended) => recordParts(call, activationId, startMs, ended));
  face.platform.activations.addRecord(record);
  const ended = Promise.all([course, record]).then(([{ response, durationMs, memoryMb }, parts]): Ended => {
    return { response, duration: durationMs, memoryMb, record: () => answeredRecord(parts) };
  });
  return { activationId, entered: Promise.resolve(), ended, answered: () => undefined };
}

/** What happened so far. */
interface Course {
  response: ActivationResponse;
  logs: string[];
  durationMs: number;
  memoryMb: number | null;
}

async function runComponents(face: OpenwhiskFace, call: SequenceCall, activationId: string): Promise<Course> {
  const course: Course = {
    response: { statusCode: STATUS.success, result: call.payload, size: null },
    logs: [],
    durationMs: 0,
    memoryMb: null,
  };
  const { exec } = call.sequence.entity;
  for (const name of isSequence(exec) ? exec.components : []) {
    if (call.actions.count >= SEQUENCE_LIMIT) return { ...course, response: applicationError(TOO_LONG) };
    let ended: Ended;
    try {
      const started = startComponent(face, call, activationId, name, course.response.result);
      ended = await started.ended;
      course.logs.push(started.activationId);
    } catch (error) {
      const missing = error instanceof ApiError && error.status === 404;
      return { ...course, response: missing ? applicationError(COMPONENT_MISSING) : FAILED };
    }
    course.response = ended.response;
    course.durationMs += ended.duration;
    if (ended.memoryMb !== null) course.memoryMb = Math.max(course.memoryMb ?? 0, ended.memoryMb);
    if (reportsError(ended.response.result)) break;
  }
  return course;
}

/** @throws ApiError 404 if it is not there any more */
function startComponent(
  face: OpenwhiskFace,
  call: SequenceCall,
  cause: string,
  name: string,
  payload: string,
): Started {
  const component = resolveAction(face.entities, qualifiedPath(name));
  if (isSequence(component.entity.exec)) return start(face, { ...call, sequence: component, payload, cause });
  call.actions.count += 1;
  return startExecution(face, component, payload, { acceptNs: nowNs(), cause });
}

/** An object's `error` ends the sequence, whatever it is; a list has none. */
function reportsError(result: string): boolean {
  const value: unknown = JSON.parse(result);
  return typeof value === 'object' && value !== null && 'error' in value;
}

function recordParts(
  { sequence, acceptNs, cause }: SequenceCall,
  activationId: string,
  startMs: number,
  { response, logs, durationMs, memoryMb }: Course,
): RecordParts {
  const { entity, path, binding } = sequence;
  const { concurrency, logs: logsMb, timeout } = entity.limits;
  return {
    activationId,
    annotations: annotationsOf({
      causedBySequence: cause !== null,
      binding,
      topmost: cause === null,
      path,
      waitTime: startMs - Math.floor(epochMsOf(acceptNs)),
      kind: 'sequence',
      timeout: null,
      limits: memoryMb === null ? null : { concurrency, logs: logsMb, memory: memoryMb, timeout },
      initTime: null,
    }),
    cause,
    duration: durationMs,
    end: Math.floor(epochMsOf(nowNs())),
    logs,
    name: entity.name,
    functionName: binding === null ? path : filterName(binding, entity.name),
    response,
    start: startMs,
    version: entity.version,
  };
}

const FAILED: ActivationResponse = { statusCode: STATUS.whiskError, result: errorJson('Sequence failed.'), size: null };

function applicationError(message: string): ActivationResponse {
  return { statusCode: STATUS.applicationError, result: errorJson(message), size: null };
}
