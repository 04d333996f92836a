import { answeredRecord } from '../../activations/document.js';
import { responseOf } from '../../activations/response.js';
import type { Invocation } from '../../platform.js';
import { nowNs } from '../../timeline.js';
import { PAYLOAD_LIMIT_BYTES, readJsonObject, type JsonBody } from './body.js';
import type { StoredAction } from './entities.js';
import { answerJson, ApiError, NOT_FOUND, type Exchange } from './exchange.js';
import type { OpenwhiskFace } from './face.js';
import { merged } from './parameters.js';
import { booleanIn, integerIn, malformed } from './query.js';

/** How long a blocking call waits at most, ms. */
const LONGEST_WAIT_MS = 60_000;

/**
 * `POST /namespaces/_/actions/NAME`: answers 202 with the id at once, or with `blocking=true` waits for the record
 * (`result=true`: the result alone) and answers 200, 502 when the function failed, 500 when the platform did; or 202 when
 * it took longer than the caller may wait.
 */
export async function invokeAction(face: OpenwhiskFace, exchange: Exchange, path: string): Promise<void> {
  const { query, request } = exchange;
  const blocking = booleanIn(query, 'blocking', false);
  const resultOnly = booleanIn(query, 'result', false);
  const waitMs = integerIn(query, 'timeout') ?? LONGEST_WAIT_MS;
  if (waitMs < 1 || waitMs > LONGEST_WAIT_MS) {
    throw malformed('timeout', `The value '${waitMs}' is not in the range of 1 to ${LONGEST_WAIT_MS}.`);
  }
  const body = await readJsonObject(request, PAYLOAD_LIMIT_BYTES);
  const action = actionAt(face, path);
  const invocation = startInvocation(face, exchange, action, payloadOf(face, action, path, body));
  const { activation } = invocation;
  if (blocking) {
    const outcome = await endWithin(invocation, waitMs);
    if (outcome !== null) {
      const response = responseOf(outcome);
      const status = { 0: 200, 1: 502, 2: 502, 3: 500 }[response.statusCode];
      const json = resultOnly ? response.result : answeredRecord(activation, response);
      // Before it is written: afterwards the client may have it before we are asked for the time.
      activation.timeline.answered = nowNs();
      answerJson(exchange, status, json, undefined, activation.activationId);
      return;
    }
  }
  await invocation.entered;
  const { activationId } = activation;
  activation.timeline.answered = nowNs();
  answerJson(exchange, 202, JSON.stringify({ activationId }), undefined, activationId);
}

/** @throws ApiError 404 */
export function actionAt({ entities }: OpenwhiskFace, path: string): StoredAction {
  const action = entities.actions.get(path);
  if (action === undefined) throw new ApiError(404, NOT_FOUND);
  return action;
}

/** @throws ApiError 429 */
export function startInvocation(
  { platform }: OpenwhiskFace,
  exchange: Exchange,
  { fn }: StoredAction,
  payload: string,
): Invocation {
  const invocation = platform.invoke(fn, payload, exchange.acceptNs);
  if ('refused' in invocation) throw new ApiError(429, invocation.refused);
  return invocation;
}

/** The call's parameters over the action's own, over its package's. */
function payloadOf({ entities }: OpenwhiskFace, { entity }: StoredAction, path: string, body: JsonBody): string {
  const ofPackage = entities.packages.get(path.slice(0, Math.max(0, path.lastIndexOf('/'))))?.parameters ?? [];
  if (entity.parameters.length === 0 && ofPackage.length === 0) return body.text;
  return JSON.stringify({ ...merged(ofPackage, entity.parameters), ...body.value });
}

/** How it ended; null when it did not within this time. */
export function endWithin({ ended }: Invocation, waitMs: number): Promise<Awaited<Invocation['ended']> | null> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, waitMs, null);
    void ended.then((outcome) => {
      clearTimeout(timer);
      resolve(outcome);
    });
  });
}
