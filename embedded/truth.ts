import type { Activation } from './activations/activation.js';
import type { ActivationFaults } from './faults/plan.js';
import { isCold, zeroEpochMs } from './timeline.js';

/**
 * The ground truth of one activation as a line of `truth.ndjson`: what happened when, in nanoseconds of the machine's
 * monotonic clock. `zero_epoch_ms` + ns / 10⁶ is the wall clock. Null = that step did not happen.
 */
export function truthLine(activation: Activation): string {
  const { activationId, fn, instance, prewarmed, outcome, timeline, faults, stalledMs } = activation;
  return `${JSON.stringify({
    activation_id: activationId,
    function: fn.name,
    kind: fn.kind,
    instance,
    cold: isCold(timeline),
    prewarmed,
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
    faults: faultsShown(faults, stalledMs),
  })}\n`;
}

/** What was done on purpose, only what was; null = nothing. */
function faultsShown(faults: ActivationFaults, stalledMs: number): Record<string, unknown> | null {
  const { added, fails, crashAfterMs, record, recordDelayMs, clockSkewMs } = faults;
  const met = [
    ...Object.entries(added).map(([phase, ms]) => [`${phase}_ms`, ms === 0 ? null : ms] as const),
    ['stalled_ms', stalledMs === 0 ? null : stalledMs] as const,
    ['fails', fails || null] as const,
    ['crash_after_ms', crashAfterMs] as const,
    ['record', record === 'kept' ? null : record] as const,
    ['record_delay_ms', recordDelayMs === 0 ? null : recordDelayMs] as const,
    ['clock_skew_ms', clockSkewMs === 0 ? null : clockSkewMs] as const,
  ].filter(([, value]) => value !== null);
  return met.length === 0 ? null : Object.fromEntries(met);
}
