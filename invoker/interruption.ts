import { EXIT, FaaslabError } from '../common/errors.js';

/** How a person ends a run: the first signal lets what is in flight end, the second does not wait for it. */
export interface Interruption {
  stop: AbortSignal;
  stopNow: AbortSignal;
}

export class Interrupted extends FaaslabError {
  override readonly exitCode = EXIT.interrupted;
  override readonly name = 'Interrupted';
}

/**
 * What `step` gives, unless the run is interrupted before.
 * @throws Interrupted, while the step may still go on: it must be one that can be left alone
 */
export async function unlessStopped<Value>(step: Promise<Value>, stop: AbortSignal): Promise<Value> {
  let leave: (() => void) | undefined;
  const stopped = new Promise<never>((_, reject) => {
    leave = () => reject(new Interrupted('interrupted before the first invocation; nothing was recorded'));
    if (stop.aborted) leave();
    else stop.addEventListener('abort', leave, { once: true });
  });
  try {
    return await Promise.race([step, stopped]);
  } finally {
    stop.removeEventListener('abort', leave!);
  }
}

/** Calls back at once if the signal is raised, else when it will be. */
export function onRaised(signal: AbortSignal, call: () => void): void {
  if (signal.aborted) call();
  else signal.addEventListener('abort', call, { once: true });
}

/** Waits, at most until the signal is raised. */
export async function waitUnlessStopped(ms: number, stop: AbortSignal): Promise<void> {
  if (ms <= 0 || stop.aborted) return;
  await new Promise<void>((over) => {
    // A timer takes whole milliseconds, and may ring one of them early.
    const timer = setTimeout(over, Math.ceil(ms) + 1);
    stop.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        over();
      },
      { once: true },
    );
  });
}
