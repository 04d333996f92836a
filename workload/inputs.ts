import { randomStream } from '../common/random.js';
import type { PlannedInstance } from './model.js';

/**
 * The inputs of an instance's rows, one a call, in the order of its rows: places in its list of parameters, in turn or
 * drawn from a stream of their own, so that the order of parameters never moves an arrival; the duration that a trace tells of
 * the arrival; 0 where there is one payload.
 * @param durationMs of the arrival that waits
 */
export function inputsOf({ name, payload }: PlannedInstance, seed: number, durationMs: () => number): () => number {
  if (payload?.kind === 'duration') return durationMs;
  if (payload?.kind !== 'list') return () => 0;
  const { length } = payload.jsons;
  if (payload.order === 'cycle') {
    let k = 0;
    return () => k++ % length;
  }
  const random = randomStream(seed, `inputs/${name}`);
  return () => Math.floor(random() * length);
}
