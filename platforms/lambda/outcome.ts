import { endingOfStatus, failed, type Ending } from '../http/status.js';

/**
 * What Lambda's answer means. The status is 200 even if the function failed, which a header tells. 429 is a throttle, 413 a
 * payload over the limit (`client_error`, known by its status). Only Event is answered by 202.
 *
 * @param functionError `X-Amz-Function-Error`: `Unhandled` or `Handled`
 * @param waits         RequestResponse, no Event
 */
export function endingOfLambda(status: number, functionError: string | null, waits: boolean): Ending {
  if (status === 202 && waits) return failed('still_running');
  if (status >= 200 && status < 300 && functionError !== null) return failed('function_error');
  return endingOfStatus(status);
}

/** Whether an answer says that Lambda took the invocation, so that there is an execution by its request id. */
export function isTaken(status: number): boolean {
  return status >= 200 && status < 300;
}

/** Refusals of the sender: a signature that does not match is answered with all that should have been signed. */
export function mayRepeatCredentials(status: number): boolean {
  return status === 400 || status === 401 || status === 403;
}

/**
 * What is kept of an answer's body. Of a throttle it names the `Reason`, of a function error the message. Where the platform
 * may repeat the request's headers, the session token among them, only the type of the error is kept.
 *
 * @param errorType `X-Amzn-ErrorType`, which may go on with `:` and a URL
 */
export function keptBody(status: number, body: Buffer | null, errorType: string | null): string {
  if (!mayRepeatCredentials(status)) return body?.toString('utf8') ?? '';
  const type = /^\w+/.exec(errorType ?? '')?.[0];
  return type === undefined ? '' : JSON.stringify({ __type: type });
}
