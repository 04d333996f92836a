import { exitWords, timeoutWords } from '../../activations/execution-log.js';
import { ANSWER_LIMIT_BYTES, isTooLarge } from '../../activations/execution-report.js';
import type { Outcome } from '../../execution/outcome.js';
import { AwsFault } from '../aws/fault.js';

/** What the caller of a function gets. */
export interface InvocationAnswer {
  payload: string;
  failed: boolean;
}

/**
 * Lambda's answer to an invocation: what the function returned, or the error as its runtime or Lambda itself words it.
 * @throws AwsFault 500 if the platform failed, and not the function
 */
export function answerOf(outcome: Outcome, requestId: string): InvocationAnswer {
  switch (outcome.kind) {
    case 'returned':
      if (!isTooLarge(outcome)) return { payload: outcome.text, failed: false };
      return failure(
        'Function.ResponseSizeTooLarge',
        `Response payload size exceeded maximum allowed payload size (${ANSWER_LIMIT_BYTES} bytes).`,
      );
    case 'raised':
    case 'load_failed':
      return { payload: outcome.text, failed: true };
    case 'exited':
      return failure('Runtime.ExitError', `RequestId: ${requestId} Error: ${exitWords(outcome.how)}`);
    case 'out_of_memory':
      // AWS tells the caller no more than that; its REPORT line says why.
      return failure('Runtime.ExitError', `RequestId: ${requestId} Error: ${exitWords('signal: killed')}`);
    case 'timed_out':
      return failure('Sandbox.Timedout', `RequestId: ${requestId} Error: ${timeoutWords(outcome.limitMs)}`);
    case 'platform_failed':
      throw new AwsFault('ServiceException', 500, outcome.message, { Type: 'Service' });
  }
}

function failure(errorType: string, errorMessage: string): InvocationAnswer {
  return { payload: JSON.stringify({ errorType, errorMessage }), failed: true };
}

/** Whether Lambda executes an Event again that ended so. */
export function isFailure(outcome: Outcome): boolean {
  return outcome.kind !== 'returned' || isTooLarge(outcome);
}
