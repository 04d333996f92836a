import type { Activation } from './activations/activation.js';
import { zeroEpochMs } from './timeline.js';

/**
 * The ground truth of one activation as a line of `truth.ndjson`: what happened when, in nanoseconds of the machine's
 * monotonic clock. `zero_epoch_ms` + ns / 10⁶ is the wall clock. Null = that step did not happen.
 */
export function truthLine({ activationId, fn, instance, outcome, timeline }: Activation): string {
  return `${JSON.stringify({
    activation_id: activationId,
    function: fn.name,
    kind: fn.kind,
    instance,
    cold: timeline.spawn !== null,
    outcome: outcome?.kind ?? null,
    zero_epoch_ms: zeroEpochMs,
    accept_ns: timeline.accept,
    enqueue_ns: timeline.enqueue,
    dequeue_ns: timeline.dequeue,
    spawn_ns: timeline.spawn,
    ready_ns: timeline.ready,
    loaded_ns: timeline.loaded,
    run_ns: timeline.run,
    done_ns: timeline.done,
    answered_ns: timeline.answered,
  })}\n`;
}
