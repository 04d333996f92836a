import { answeredRecord } from '../../activations/document.js';
import { executionParts } from '../../activations/parts.js';
import { responseOf, type ActivationResponse } from '../../activations/response.js';
import { nowNs, timesOf } from '../../timeline.js';
import { ApiError } from './exchange.js';
import type { OpenwhiskFace } from './face.js';
import { objectOf } from './parameters.js';
import type { ResolvedAction } from './resolve.js';

/** How an execution or a sequence ended. */
export interface Ended {
  response: ActivationResponse;
  /** ms */
  duration: number;
  /** the action's limit, of a sequence the largest of its components'; null where none was executed */
  memoryMb: number | null;
  /** the record as a blocking call answers it, JSON */
  record(): string;
}

/** An action on its way. */
export interface Started {
  activationId: string;
  /** it is through the front: what only acknowledges it may be answered */
  entered: Promise<void>;
  /** never rejects */
  ended: Promise<Ended>;
  /** The answer is about to leave for the client. */
  answered(): void;
}

/** Where an execution comes from. */
interface Origin {
  acceptNs: number;
  /** the sequence that it is a component of */
  cause: string | null;
}

/** Starts one execution. @throws ApiError 429 */
export function startExecution(
  { platform }: OpenwhiskFace,
  { fn, parameters, binding }: ResolvedAction,
  payload: string,
  { acceptNs, cause }: Origin,
): Started {
  const details = { binding, ...(cause === null ? {} : { cause }) };
  const invocation = platform.invoke(fn!, withParameters(parameters, payload), acceptNs, details);
  if ('refused' in invocation) throw new ApiError(429, invocation.refused);
  const { activation, entered, ended } = invocation;
  return {
    activationId: activation.activationId,
    entered,
    ended: ended.then((outcome) => {
      const response = responseOf(outcome);
      return {
        response,
        duration: timesOf(activation.timeline).duration,
        memoryMb: fn!.limits.memoryMb,
        // The answer precedes the log collection, as in the real system.
        record: () => answeredRecord({ ...executionParts(activation, response), logs: [] }),
      };
    }),
    answered: () => void (activation.timeline.answered = nowNs()),
  };
}

/** The action's parameters under those of the call. A list, which a component of a sequence may get, takes none. */
function withParameters(parameters: ResolvedAction['parameters'], payload: string): string {
  if (parameters.length === 0) return payload;
  const given: unknown = JSON.parse(payload);
  return Array.isArray(given) ? payload : JSON.stringify({ ...objectOf(parameters), ...(given as object) });
}
