import { createHistogram } from 'node:perf_hooks';
import { join } from 'node:path';
import { type Heartbeat, openHeartbeat } from '../records/heartbeat.js';
import { invocationLines } from '../records/invocation-lines.js';
import { INVOCATION_HEADER, type Outcome } from '../records/invocations.js';
import { cannotWrite, RUN_FILES } from '../records/run-directory.js';
import type { InstanceSpec } from '../workload/model.js';
import type { FiringListener } from './fire.js';
import { type KeptAnswer, NUMBERS_PER_RECORD, OUTCOME_AT, OUTCOMES } from './firing/record-batch.js';
import { openJournal } from './journal.js';

/** How often a run beats that fires no more: far below what is taken for silence. */
const LIFE_SIGN_EVERY_MS = 5_000;

/** How a run stands, for the live line. */
export interface RunState {
  counts: Record<Outcome, number>;
  /** every row before this one was fired or dropped */
  nextSeq: number;
  inFlight: number;
  /** so far, ms; 0 before the first row */
  latenessP99Ms: number;
}

/** The one writer of a run's records. */
export interface Recording extends FiringListener {
  readonly state: RunState;
  /** a journal line that no firing thread made */
  addLine(line: string): void;
  /** what could not be written, as soon as it is known */
  readonly fault: Error | null;
  /** Closes the journals; throws RecordsError if anything could not be written, be it a heartbeat. */
  closeJournals(): Promise<void>;
  /** Ends the heartbeat: after this the manifest alone says how the run stands. */
  close(): Promise<void>;
}

export interface RecordingOptions {
  directory: string;
  instances: InstanceSpec[];
  /** whether anything of the answers is kept beside the journal */
  keepsResponses: boolean;
  /** called once if the disk takes no more */
  onFault: (fault: Error) => void;
}

/**
 * Opens the journal, the file of responses and the heartbeat.
 * @throws RecordsError if they cannot be made
 */
export async function startRecording({
  directory,
  instances,
  keepsResponses,
  onFault,
}: RecordingOptions): Promise<Recording> {
  let fault: Error | null = null;
  const noteFault = (found: Error): void => {
    if (fault !== null) return;
    fault = found;
    onFault(found);
  };
  const journal = await openJournal(join(directory, RUN_FILES.journal), INVOCATION_HEADER, noteFault);
  // What functions answer may be private: readable by the owner only.
  const responses = keepsResponses
    ? await openJournal(join(directory, RUN_FILES.responses), '', noteFault, 0o600)
    : null;
  const heartbeat = await openHeartbeat(directory).catch((error: unknown) => {
    throw cannotWrite(directory, error);
  });
  let last: Heartbeat | null = null;
  const beat = (): void => {
    if (last === null) return;
    heartbeat.beat(last).catch((error: unknown) => noteFault(cannotWrite(join(directory, RUN_FILES.heartbeat), error)));
  };
  // The firing thread falls silent when the plan is fired; the run goes on: monitors, the end of its time, the figures.
  const lifeSigns = setInterval(beat, LIFE_SIGN_EVERY_MS);
  lifeSigns.unref();
  const lines = invocationLines(instances.map(({ name, application }) => ({ name, function: application })));
  const lateness = createHistogram({ lowest: 1, highest: 3.6e9, figures: 3 });
  const state: RunState = {
    counts: { ok: 0, failed: 0, dropped: 0, lost: 0 },
    nextSeq: 0,
    inFlight: 0,
    latenessP99Ms: 0,
  };
  return {
    state,
    get fault() {
      return fault;
    },
    addLine: (line) => journal.add(line),
    onRecords(batch) {
      const { count, numbers, errors, activationIds, kept } = batch;
      for (let i = 0; i < count; i += 1) {
        const at = i * NUMBERS_PER_RECORD;
        const outcome = OUTCOMES[numbers[at + OUTCOME_AT]!]!;
        lines.add(numbers, at, outcome, errors.get(i) ?? null, activationIds?.[i] ?? null);
        state.counts[outcome] += 1;
        const latenessUs = Math.round((numbers[at + 3]! - numbers[at + 2]!) * 1_000);
        lateness.record(Math.max(1, latenessUs));
      }
      const taken = lines.take();
      journal.add(taken, () => lines.giveBack(taken));
      for (const [i, answer] of kept) {
        responses?.add(responseLine(numbers[i * NUMBERS_PER_RECORD]!, activationIds?.[i] ?? null, answer));
      }
    },
    onState({ nextSeq, inFlight, elapsedMs }) {
      last = { next_seq: nextSeq, time_ms: elapsedMs };
      beat();
      state.nextSeq = nextSeq;
      state.inFlight = inFlight;
      state.latenessP99Ms = lateness.count > 0 ? lateness.percentile(99) / 1_000 : 0;
    },
    async closeJournals() {
      const closings = await Promise.allSettled([journal.close(), responses?.close()]);
      if (fault !== null) throw fault;
      for (const closing of closings) if (closing.status === 'rejected') throw closing.reason;
    },
    async close() {
      clearInterval(lifeSigns);
      last = null;
      await heartbeat.close();
    },
  };
}

/** A line of `responses.ndjson`; what was not kept is left out. */
function responseLine(seq: number, activationId: string | null, answer: KeptAnswer): string {
  const { body, truncated, report, measuredIds } = answer;
  const kept = { report: report ?? undefined, body: body ?? undefined, truncated, ...measuredIds };
  const line = { seq, activation_id: activationId, ...kept };
  return `${JSON.stringify(line)}\n`;
}
