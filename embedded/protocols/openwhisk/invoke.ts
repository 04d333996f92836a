import { PAYLOAD_LIMIT_BYTES, readJsonObject } from './body.js';
import { answerJson, ApiError, type Exchange } from './exchange.js';
import type { Ended, Started } from './execution.js';
import type { OpenwhiskFace } from './face.js';
import { finalNames, NOT_ALLOWED } from './parameters.js';
import { booleanIn, integerIn, malformed } from './query.js';
import { resolveAction } from './resolve.js';
import { startAction } from './start.js';

/** How long a blocking call waits at most, ms. */
export const LONGEST_WAIT_MS = 60_000;

/**
 * `POST /namespaces/_/actions/NAME`: answers 202 with the id at once, or with `blocking=true` waits for the record
 * (`result=true`: the result alone) and answers 200, 502 when the function failed, 500 when the platform did; or 202 when
 * it took longer than the caller may wait.
 */
export async function invokeAction(face: OpenwhiskFace, exchange: Exchange, path: string): Promise<void> {
  const { query, request, acceptNs } = exchange;
  const blocking = booleanIn(query, 'blocking', false);
  const resultOnly = booleanIn(query, 'result', false);
  const waitMs = integerIn(query, 'timeout') ?? LONGEST_WAIT_MS;
  if (waitMs < 1 || waitMs > LONGEST_WAIT_MS) {
    throw malformed('timeout', `The value '${waitMs}' is not in the range of 1 to ${LONGEST_WAIT_MS}.`);
  }
  const { text, value } = await readJsonObject(request, PAYLOAD_LIMIT_BYTES);
  const action = resolveAction(face.entities, path);
  const final = finalNames(action.entity.annotations, action.parameters);
  if (final.size > 0 && Object.keys(value).some((name) => final.has(name))) throw new ApiError(400, NOT_ALLOWED);
  const started = startAction(face, action, text, acceptNs);
  const { activationId } = started;
  const ended = blocking ? await endWithin(started, waitMs) : null;
  if (ended === null) await started.entered;
  // Before it is written: afterwards the client may have it before we are asked for the time.
  started.answered();
  if (ended === null) {
    answerJson(exchange, 202, JSON.stringify({ activationId }), undefined, activationId);
  } else {
    const { result, statusCode } = ended.response;
    const status = { 0: 200, 1: 502, 2: 502, 3: 500 }[statusCode];
    answerJson(exchange, status, resultOnly ? result : ended.record(), undefined, activationId);
  }
}

/** How it ended; null when it did not within this time. */
export function endWithin({ ended }: Started, waitMs: number): Promise<Ended | null> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, waitMs, null);
    void ended.then((end) => {
      clearTimeout(timer);
      resolve(end);
    });
  });
}
