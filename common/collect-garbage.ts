import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Collects the calling thread's garbage now, so that what was left by starting up is not collected when it matters: a full
 * collection holds a thread up for 5 to 10 ms. Node offers it behind a flag only, which may be set while it runs.
 */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  setFlagsFromString('--no-expose-gc');
  collect();
}
