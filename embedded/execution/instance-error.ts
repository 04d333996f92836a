import type { ReceivedBody } from './request-reader.js';

/** What a runtime reports of an error: `{errorType, errorMessage, stackTrace}`. */
export function errorIn({ text }: ReceivedBody): { errorType: string; message: string; stack: string[]; text: string } {
  let told: { errorType?: unknown; errorMessage?: unknown; stackTrace?: unknown } = {};
  try {
    told = (JSON.parse(text) ?? {}) as typeof told;
  } catch {
    // a runtime that reports its error as plain text
  }
  return {
    errorType: typeof told.errorType === 'string' ? told.errorType : 'Error',
    message: typeof told.errorMessage === 'string' ? told.errorMessage : text,
    stack: Array.isArray(told.stackTrace) ? told.stackTrace.map(String) : [],
    text,
  };
}
