import { nowNs } from '../timeline.js';
import { startChild } from './child.js';
import type { Instance, InstanceEvents, InstanceSpec, ServiceSpec, Work } from './contract.js';
import { errorIn } from './instance-error.js';
import { holdWork, type HeldWork } from './held-work.js';
import { captureLogs } from './log-capture.js';
import type { Outcome } from './outcome.js';
import { serveRuntimeApi, type Reply } from './runtime-api.js';

/** Time from spawn to ready, and for the rest of a log after its answer: only what is broken ever takes as long. */
const START_LIMIT_MS = 30_000;
const LOG_LIMIT_MS = 1_000;

/**
 * Starts an instance.
 * @param service how it executes its function; null = it is prewarmed and gets one later
 */
export function startInstance(spec: InstanceSpec, service: ServiceSpec | null, events: InstanceEvents): Instance {
  let phase: 'start' | 'prewarmed' | 'load' | 'serve' | 'ended' = 'start';
  /** what it executes, each until its log is complete, and what it executes next */
  const inHand = new Map<string, HeldWork>();
  let following: Work[] = [];
  let hasServed = false;
  let leaving = false;
  let adopted = false;
  let endedHow: string | null = null;
  /** its open questions for work, the eldest first, and for a function */
  const asking: Reply[] = [];
  let assignment: { question: Reply | null; env: string | null } = { question: null, env: null };
  const logDeadlines = new Map<string, NodeJS.Timeout>();

  const api = serveRuntimeApi(spec.socketPath, spec.answerLimitBytes, {
    functionWanted(reply) {
      assignment.question = reply;
      assign();
    },
    next(reply, ns) {
      asking.push(reply);
      if (phase === 'load') {
        clearTimeout(deadline);
        phase = 'serve';
        events.loaded(first()?.happened(ns) ?? nowNs());
      }
      settle();
    },
    returned: (id, body, ns) => answer(id, { kind: 'returned', ...body }, ns),
    raised: (id, body, ns) => answer(id, { kind: 'raised', ...errorIn(body) }, ns),
    loadFailed: (body, ns) => fail(first(), { kind: 'load_failed', ...errorIn(body) }, ns),
  });
  const child = startChild(
    { ...spec, env: { ...spec.env, AWS_LAMBDA_RUNTIME_API: spec.socketPath, FAASLAB_LOG_END: `${spec.logMark}\n` } },
    {
      ready(ns) {
        if (phase !== 'start') return;
        clearTimeout(deadline);
        if (service === null) phase = 'prewarmed';
        else beginLoad();
        events.ready(first()?.happened(ns) ?? nowNs());
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
  const logs = captureLogs(child.output, spec.logMark);
  let deadline = setTimeout(
    () => end({ kind: 'platform_failed', message: `The instance was not ready within ${START_LIMIT_MS} ms.` }),
    START_LIMIT_MS,
  );

  /** While it loads its function this is the only work that it has. */
  function first(): HeldWork | undefined {
    return inHand.values().next().value;
  }
  function unanswered(): HeldWork[] {
    return [...inHand.values()].filter(({ answered }) => !answered);
  }

  function beginLoad(): void {
    phase = 'load';
    const { timeoutMs } = service!;
    deadline = setTimeout(() => fail(first(), { kind: 'timed_out', while: 'load', limitMs: timeoutMs }), timeoutMs);
  }

  /** Tells a prewarmed instance what it is to be, when it has asked and there is something to tell. */
  function assign(): void {
    const { question, env } = assignment;
    if (question === null || env === null) return;
    assignment = { question: null, env: null };
    beginLoad();
    events.ready(first()!.happened());
    if (question.socket.writable) first()!.sentThrough(question.socket);
    question.send(200, { 'Content-Type': 'application/json' }, env);
  }

  function begin(work: Work): HeldWork {
    const { logLimitBytes, clockSkewMs, timeoutMs } = service!;
    const held = holdWork(work, child.pid, service!, {
      expired: () => fail(held, { kind: 'timed_out', while: 'run', limitMs: timeoutMs }),
      // As if it had ended by itself in the middle of its work.
      brokeDown: () => fail(held, { kind: 'exited', while: 'run', how: 'signal: killed' }),
    });
    inHand.set(work.activationId, held);
    // What it was started with was taken when it was ordered.
    if (phase === 'serve') work.taken(held.happened());
    logs.begin(work.activationId, logLimitBytes, clockSkewMs, (lines) => {
      held.log = lines;
      settle();
    });
    return held;
  }

  function answer(activationId: string, outcome: Outcome, ns: number): void {
    const held = inHand.get(activationId);
    if (held === undefined || held.answered) return;
    hasServed = true;
    held.end(outcome, ns);
    if (outcome.kind === 'raised' && service!.endsAfterError && !leaving) {
      leaving = true;
      events.leaves();
    }
    if (!leaving) events.freed();
    // What others are doing in it may end well.
    else if (unanswered().length === 0) child.kill();
    settle();
  }

  function fail(held: HeldWork | undefined, outcome: Outcome, ns?: number): void {
    hasServed = true;
    held?.end(outcome, ns);
    child.kill();
  }

  function end(outcome: Outcome): void {
    for (const held of unanswered()) held.end(outcome);
    child.kill();
  }

  /**
   * It has ended by itself: what it was doing has failed, but work that never reached it goes to another instance. Not so
   * what it was started with: a function that ends whenever it is loaded would be started again for ever.
   */
  function judgeEnd(): void {
    const returned: Work[] = [];
    for (const held of unanswered()) {
      if (held.delivered() || !(hasServed || adopted)) {
        held.end({ kind: 'exited', while: phase === 'load' ? 'load' : 'run', how: endedHow });
        continue;
      }
      held.release();
      inHand.delete(held.work.activationId);
      returned.push(held.work);
    }
    following = [...returned, ...following];
  }

  /** Goes on when everything that the present step needs has come, in whatever order it came. */
  function settle(): void {
    for (const [id, held] of inHand) {
      if (!held.answered) continue;
      if (held.log !== null) {
        clearTimeout(logDeadlines.get(id));
        logDeadlines.delete(id);
        inHand.delete(id);
        held.work.logged(held.log);
      } else if (asking.length > 0 && !logDeadlines.has(id)) {
        logDeadlines.set(
          id,
          setTimeout(() => logs.finish(id), LOG_LIMIT_MS),
        );
      }
    }
    if (phase !== 'serve') return;
    if (first()?.waits() && asking.length > 0) first()!.handOver(asking.shift()!);
    while (following.length > 0 && inHand.size < service!.concurrency && asking.length > 0) {
      begin(following.shift()!).handOver(asking.shift()!);
    }
  }

  function leave(): void {
    judgeEnd();
    phase = 'ended';
    clearTimeout(deadline);
    logs.finish();
    for (const timer of logDeadlines.values()) clearTimeout(timer);
    api.close();
    events.gone(following);
  }

  return {
    pid: child.pid,
    run(work) {
      if (phase === 'start' && inHand.size === 0) begin(work);
      else {
        following.push(work);
        settle();
      }
    },
    adopt(given, env, work) {
      service = given;
      adopted = true;
      assignment.env = JSON.stringify(env);
      begin(work);
      assign();
    },
    isBusy: () => unanswered().length > 0,
    exhausted: () => end({ kind: 'out_of_memory', limitMb: service?.memoryLimitMb ?? 0 }),
    end,
    kill: child.kill,
  };
}
