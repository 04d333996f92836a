import type { Outcome } from '../execution/outcome.js';

/** OpenWhisk's four ends of an activation, as its database counts them. */
export const STATUS = { success: 0, applicationError: 1, developerError: 2, whiskError: 3 } as const;

/** The answer of an activation as OpenWhisk records it. */
export interface ActivationResponse {
  statusCode: 0 | 1 | 2 | 3;
  /** the result, as JSON text */
  result: string;
  /** its length in bytes; absent where the container said nothing */
  size: number | null;
}

/** Longest answer of a function, bytes. */
export const RESULT_LIMIT_BYTES = 1_048_576;

/** Puts OpenWhisk's words and status on the end of an execution. */
export function responseOf(outcome: Outcome): ActivationResponse {
  switch (outcome.kind) {
    case 'returned':
      return returned(outcome);
    case 'raised':
      return told(outcome.message);
    case 'load_failed':
      return told(`Initialization has failed due to: ${outcome.message}`);
    case 'exited':
      return {
        statusCode: STATUS.developerError,
        result: errorJson(
          outcome.while === 'load'
            ? 'The action did not initialize and exited unexpectedly.'
            : 'The action did not produce a valid response and exited unexpectedly.',
        ),
        size: null,
      };
    case 'timed_out': {
      const where = outcome.while === 'load' ? ' during initialization.' : '.';
      const message = `The action exceeded its time limits of ${outcome.limitMs} milliseconds${where}`;
      return { statusCode: STATUS.developerError, result: errorJson(message), size: null };
    }
    case 'out_of_memory':
      return {
        statusCode: STATUS.developerError,
        result: errorJson('The action exhausted its memory and was aborted.'),
        size: null,
      };
    case 'platform_failed':
      return { statusCode: STATUS.whiskError, result: errorJson(outcome.message), size: null };
  }
}

function returned({ text, bytes, truncated }: Extract<Outcome, { kind: 'returned' }>): ActivationResponse {
  if (truncated || bytes > RESULT_LIMIT_BYTES) {
    const message = `The action produced a response that exceeded the allowed length: ${bytes} > ${RESULT_LIMIT_BYTES} bytes.`;
    return { statusCode: STATUS.applicationError, result: errorJson(message), size: bytes };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (typeof value !== 'object' || value === null) {
    return {
      statusCode: STATUS.developerError,
      result: errorJson(`The action did not produce a valid JSON response: ${text}`),
      size: bytes,
    };
  }
  const failed = 'error' in value;
  // The text itself is kept, not what JSON.parse made of it: a large integer of Python's keeps all its digits.
  const result = text.includes('\n') ? JSON.stringify(value) : text;
  return { statusCode: failed ? STATUS.applicationError : STATUS.success, result, size: bytes };
}

/** A developer error in the words of the runtime, which sends it as {"error": …}. */
function told(message: string): ActivationResponse {
  const result = errorJson(message);
  return { statusCode: STATUS.developerError, result, size: Buffer.byteLength(result) };
}

export function errorJson(message: string): string {
  return JSON.stringify({ error: message });
}
