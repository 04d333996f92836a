import type { Outcome } from '../execution/outcome.js';
import type { Activation } from './activation.js';

/** What Lambda reports of an execution. Durations are exact to a hundredth of a millisecond, as they are shown. */
export interface ExecutionReport {
  durationMs: number;
  billedMs: number;
  /** of an init that succeeded and that this execution waited for */
  initMs: number | null;
  /** of an init that failed: it is within the duration, as AWS counts an init that is made in the phase `invoke` */
  failedInitMs: number | null;
  memorySizeMb: number;
  maxMemoryUsedMb: number | null;
  status: 'success' | 'error' | 'timeout';
  /** `Runtime.…`, `Function.…`; null for an error that the function raised itself */
  errorType: string | null;
}

/** Largest answer of a function, bytes. */
export const ANSWER_LIMIT_BYTES = 6_291_556;

/**
 * Lambda's figures, from the timeline alone.
 *
 * - Init Duration = spawn → loaded: start of the runtime and loading of the code.
 * - Duration = hand-over → done; of an execution that was ended at its limit, the limit; of one whose init failed,
 *   spawn → done.
 * - Billed Duration = ⌈Duration + Init Duration⌉, in whole milliseconds (an init is billed since August 2025).
 * - Max Memory Used = the largest resident size of the process so far, rounded up to MB (2²⁰ bytes).
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 * @see https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/
 */
export function executionReport({ timeline, outcome, fn, peakMemoryBytes }: Activation): ExecutionReport {
  const { spawn, loaded, run } = timeline;
  const done = timeline.done ?? timeline.accept;
  const wasHandedOver = run !== null;
  const initHundredths = wasHandedOver && spawn !== null ? hundredths(loaded! - spawn) : null;
  const failedHundredths = wasHandedOver || spawn === null ? null : hundredths(done - spawn);
  const duration =
    outcome?.kind === 'timed_out'
      ? Math.round(outcome.limitMs * 100)
      : wasHandedOver
        ? hundredths(done - run)
        : (failedHundredths ?? 0);
  return {
    durationMs: duration / 100,
    billedMs: Math.max(1, Math.ceil((duration + (initHundredths ?? 0)) / 100)),
    initMs: initHundredths === null ? null : initHundredths / 100,
    failedInitMs: failedHundredths === null ? null : failedHundredths / 100,
    memorySizeMb: fn.limits.memoryMb,
    maxMemoryUsedMb: peakMemoryBytes === null ? null : Math.ceil(peakMemoryBytes / 2 ** 20),
    ...statusOf(outcome),
  };
}

function hundredths(ns: number): number {
  return Math.round(ns / 1e4);
}

function statusOf(outcome: Outcome | null): Pick<ExecutionReport, 'status' | 'errorType'> {
  switch (outcome?.kind) {
    case 'returned':
      return isTooLarge(outcome)
        ? { status: 'error', errorType: 'Function.ResponseSizeTooLarge' }
        : { status: 'success', errorType: null };
    case 'timed_out':
      return { status: 'timeout', errorType: null };
    case 'out_of_memory':
      return { status: 'error', errorType: 'Runtime.OutOfMemory' };
    case 'exited':
      return { status: 'error', errorType: 'Runtime.ExitError' };
    case 'raised':
    case 'load_failed':
      return { status: 'error', errorType: outcome.errorType.startsWith('Runtime.') ? outcome.errorType : null };
    default:
      return { status: 'error', errorType: null };
  }
}

/** Whether an answer is more than Lambda hands on. */
export function isTooLarge({ bytes, truncated }: { bytes: number; truncated: boolean }): boolean {
  return truncated || bytes > ANSWER_LIMIT_BYTES;
}
