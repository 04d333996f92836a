import { nowNs } from '../timeline.js';
import { createAssignment } from './assignment.js';
import { startChild } from './child.js';
import type { Instance, InstanceEvents, InstanceSpec, ServiceSpec, Work } from './contract.js';
import { holdWork, type HeldWork } from './held-work.js';
import { errorIn } from './instance-error.js';
import { captureLogs } from './log-capture.js';
import type { Outcome } from './outcome.js';
import { openPeakMemory, type PeakMemory } from './peak-memory.js';
import { serveRuntimeApi } from './runtime-api.js';
import { createWorkInHand } from './work-in-hand.js';

/** Time from spawn to ready: only what is broken ever takes as long. */
const START_LIMIT_MS = 30_000;

/**
 * Starts an instance.
 * @param service how it executes its function; null = it is prewarmed and gets one later
 */
export function startInstance(spec: InstanceSpec, service: ServiceSpec | null, events: InstanceEvents): Instance {
  let phase: 'start' | 'prewarmed' | 'load' | 'serve' | 'last_logs' | 'ended' = 'start';
  let hasServed = false;
  let leaving = false;
  let adopted = false;
  let endedHow: string | null = null;
  let peak: PeakMemory | undefined;

  const api = serveRuntimeApi(spec.socketPath, spec.answerLimitBytes, {
    functionWanted: (reply) => assignment.asked(reply),
    next(reply, ns) {
      work.asked(reply);
      if (phase === 'load') {
        clearTimeout(deadline);
        phase = 'serve';
        events.loaded(work.first()?.happened(ns) ?? nowNs());
      }
      work.settle();
    },
    returned: (id, body, ns) => answer(id, { kind: 'returned', ...body }, ns),
    raised: (id, body, ns) => answer(id, { kind: 'raised', ...errorIn(body) }, ns),
    waited: (phase, id, ns) => (id === null ? work.first() : work.get(id))?.work.waited(phase, ns),
    loadFailed: (body, ns) => fail(work.first(), { kind: 'load_failed', ...errorIn(body) }, ns),
  });
  const child = startChild(
    { ...spec, env: { ...spec.env, AWS_LAMBDA_RUNTIME_API: spec.socketPath, FAASLAB_LOG_END: `${spec.logMark}\n` } },
    {
      ready(ns) {
        if (phase !== 'start') return;
        clearTimeout(deadline);
        if (service === null) phase = 'prewarmed';
        else beginLoad();
        events.ready(work.first()?.happened(ns) ?? nowNs());
      },
      failed: (reason) => end({ kind: 'platform_failed', message: `The instance could not be started: ${reason}.` }),
      exited(how) {
        endedHow = how;
        if (phase === 'start') end({ kind: 'platform_failed', message: 'The instance ended before it was ready.' });
        // Its last answer may still be on the way: the news of its end travels faster.
        else api.whenHeard(judgeEnd);
      },
      closed: leave,
    },
  );
  const work = createWorkInHand({
    logs: captureLogs(child.output, spec.logMark),
    hold,
    places: () => (phase === 'serve' ? service!.concurrency : 0),
    emptied() {
      if (phase === 'last_logs') child.kill();
    },
  });
  /** A prewarmed one is told what it is to be. */
  const assignment = createAssignment((question, env) => {
    beginLoad();
    events.ready(work.first()!.happened());
    if (question.socket.writable) work.first()!.sentThrough(question.socket);
    question.send(200, { 'Content-Type': 'application/json' }, env);
  });
  let deadline = setTimeout(
    () => end({ kind: 'platform_failed', message: `The instance was not ready within ${START_LIMIT_MS} ms.` }),
    START_LIMIT_MS,
  );

  function beginLoad(): void {
    phase = 'load';
    const { timeoutMs } = service!;
    deadline = setTimeout(
      () => fail(work.first(), { kind: 'timed_out', while: 'load', limitMs: timeoutMs }),
      timeoutMs,
    );
  }

  function hold(given: Work): HeldWork {
    const held = holdWork(given, service!, {
      expired: () => fail(held, { kind: 'timed_out', while: 'run', limitMs: service!.timeoutMs }),
      // As if it had ended by itself in the middle of its work.
      brokeDown: () => fail(held, { kind: 'exited', while: 'run', how: 'signal: killed' }),
      peakMemory: () => (peak ??= openPeakMemory(child.pid)).read(),
    });
    // What it was started with was taken when it was ordered.
    if (phase === 'serve') given.taken(held.happened());
    return held;
  }

  function answer(activationId: string, outcome: Outcome, ns: number): void {
    const held = work.get(activationId);
    if (held === undefined || held.answered) return;
    hasServed = true;
    held.end(outcome, ns);
    if (outcome.kind === 'raised' && service!.endsAfterError && !leaving) {
      leaving = true;
      events.leaves();
    }
    if (!leaving) events.freed();
    // What others are doing in it may end well; and what a function wrote before its error is what its developer looks for.
    else if (work.unanswered().length === 0) phase = 'last_logs';
    work.settle();
  }

  function fail(held: HeldWork | undefined, outcome: Outcome, ns?: number): void {
    hasServed = true;
    held?.end(outcome, ns);
    child.kill();
  }

  function end(outcome: Outcome): void {
    for (const held of work.unanswered()) held.end(outcome);
    child.kill();
  }

  /**
   * It has ended by itself: what it was doing has failed, but work that never reached it goes to another instance. Not so
   * what it was started with: a function that ends whenever it is loaded would be started again for ever.
   */
  function judgeEnd(): void {
    const reached = (held: HeldWork): boolean => held.delivered() || !(hasServed || adopted);
    work.giveUp(reached, { kind: 'exited', while: phase === 'load' ? 'load' : 'run', how: endedHow });
  }

  function leave(): void {
    judgeEnd();
    phase = 'ended';
    clearTimeout(deadline);
    const left = work.close();
    api.close();
    peak?.close();
    events.gone(left);
  }

  return {
    pid: child.pid,
    run(given) {
      if (phase === 'start' && work.first() === undefined) work.begin(given);
      else work.follow(given);
    },
    adopt(given, env, first) {
      service = given;
      adopted = true;
      work.begin(first);
      assignment.given(env);
    },
    isBusy: () => work.unanswered().length > 0,
    exhausted: () => end({ kind: 'out_of_memory', limitMb: service?.memoryLimitMb ?? 0 }),
    end,
    kill: child.kill,
  };
}
