import type { Plan } from '../workload/model.js';
import { invocationLine } from './invocations.js';

/** Which rows of a plan a run reached without knowing how they ended. */
export interface LostRowsQuestion {
  plan: Plan;
  instances: { name: string; function: string }[];
  /** the first row that may be lost */
  fromSeq: number;
  /** rows planned later were never reached, unless their place says otherwise */
  uptoMs: number;
  /** rows before this one were reached whatever their time */
  uptoSeq: number;
  /** whether a row has its record */
  isRecorded: (seq: number) => boolean;
}

/** Journal lines for them, a row each: `lost`, `interrupted`, with the planned time and nothing else. */
export function* lostRowLines(question: LostRowsQuestion): Generator<string> {
  const { plan, instances, fromSeq, uptoMs, uptoSeq, isRecorded } = question;
  for (const { seq, instance, plannedUs } of plan.rows()) {
    if (seq < fromSeq) continue;
    if (seq >= uptoSeq && plannedUs / 1_000 > uptoMs) return;
    if (isRecorded(seq)) continue;
    yield invocationLine({
      seq,
      instance: instances[instance]!.name,
      function: instances[instance]!.function,
      planned_ms: plannedUs / 1_000,
      fired_ms: null,
      sent_ms: null,
      first_byte_ms: null,
      end_ms: null,
      outcome: 'lost',
      error: 'interrupted',
      status: null,
      activation_id: null,
      request_bytes: null,
      response_bytes: null,
    });
  }
}
