import type { Activation } from './activations/activation.js';
import { PHASES, type Phase, type Wait } from './faults/plan.js';
import { isCold, zeroEpochMs } from './timeline.js';

/**
 * The ground truth of one activation as a line of `truth.ndjson`: what happened when, in nanoseconds of the machine's
 * monotonic clock. `zero_epoch_ms` + ns / 10⁶ is the wall clock. Null = that step did not happen.
 */
export function truthLine(activation: Activation): string {
  const { activationId, fn, instance, prewarmed, outcome, timeline } = activation;
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
    faults: faultsShown(activation),
  })}\n`;
}

/**
 * What was done on purpose, only what was; null = nothing. What took longer is told as it was measured, beside what was asked
 * for; null = that did not come to its end, so that nobody knows.
 */
function faultsShown({ faults, addedNs, timeline }: Activation): Record<string, unknown> | null {
  const { added, fails, crashAfterMs, record, recordDelayMs, clockSkewMs } = faults;
  // A warm activation has no start that could take longer.
  const missed: Partial<Record<Phase, boolean>> = {
    spawn: timeline.spawn === null,
    init: timeline.ready === null,
    run: timeline.run === null,
  };
  const measuredMs = (what: Wait): number | null => (addedNs[what] === undefined ? null : addedNs[what] / 1e6);
  const longer = (what: Wait, askedMs: number): [string, unknown][] => [
    [`${what}_ms`, measuredMs(what)],
    [`${what}_asked_ms`, askedMs],
  ];
  const met = [
    ...PHASES.filter((phase) => added[phase] > 0 && missed[phase] !== true).flatMap((phase) =>
      longer(phase, added[phase]),
    ),
    ...(addedNs.stalled === undefined ? [] : [['stalled_ms', measuredMs('stalled')]]),
    ...(fails ? [['fails', true]] : []),
    ...(crashAfterMs === null ? [] : [['crash_after_ms', crashAfterMs]]),
    ...(record === 'kept' ? [] : [['record', record]]),
    ...(recordDelayMs === 0 ? [] : longer('record_delay', recordDelayMs)),
    ...(clockSkewMs === 0 ? [] : [['clock_skew_ms', clockSkewMs]]),
  ];
  return met.length === 0 ? null : Object.fromEntries(met);
}
