import type { ServerResponse } from 'node:http';
import { nowNs } from '../timeline.js';
import { startChild, type ChildSpec } from './child.js';
import { captureLogs } from './log-capture.js';
import type { Outcome } from './outcome.js';
import { errorIn, serveRuntimeApi } from './runtime-api.js';
import type { Work } from './work.js';

/** How to start one. */
export interface InstanceSpec extends ChildSpec {
  socketPath: string;
  /** what ends the log of an invocation */
  logMark: string;
  /** time for loading the function, and again for each invocation, ms */
  timeoutMs: number;
  logLimitBytes: number;
  answerLimitBytes: number;
  /** an error that the function raised ends the instance, as in OpenWhisk; in Lambda it lives on */
  endsAfterError: boolean;
}

export interface InstanceEvents {
  ready(ns: number): void;
  loaded(ns: number): void;
  /** it has answered and will take more work */
  freed(): void;
  /** its process has ended; `left` was given to it and never begun. The last event */
  gone(left: Work | null): void;
}

/** A process that executes one function, one invocation at a time. */
export interface Instance {
  pid: number | undefined;
  /** Gives it work: once at its start, then once for each `freed`. It begins when the log of the work before is complete. */
  run(work: Work): void;
  /** Ends it with everything that it started. */
  kill(): void;
}

/** Time from spawn to ready, and for the rest of a log after its answer: only what is broken ever takes as long. */
const START_LIMIT_MS = 30_000;
const LOG_LIMIT_MS = 1_000;

/** Starts an instance. */
export function startInstance(spec: InstanceSpec, events: InstanceEvents): Instance {
  let phase: 'start' | 'load' | 'serve' | 'ended' = 'start';
  /** what it executes, until the log is complete, and what it executes next */
  let current: Work | null = null;
  let following: Work | null = null;
  let answered = false;
  let lastNs = nowNs();
  let log: string[] | null = null;
  /** its open question for work */
  let asking: ServerResponse | null = null;
  let deadline: NodeJS.Timeout | undefined;
  let logDeadline: NodeJS.Timeout | undefined;

  const api = serveRuntimeApi(spec.socketPath, spec.answerLimitBytes, {
    next(response, ns) {
      asking = response;
      if (phase === 'load') {
        clearTimeout(deadline);
        phase = 'serve';
        events.loaded(happened(ns));
        handOver();
      } else settle();
    },
    returned: (id, body, ns) => answer(id, { kind: 'returned', ...body }, ns),
    raised: (id, body, ns) => answer(id, { kind: 'raised', ...errorIn(body) }, ns),
    loadFailed: (body, ns) => fail({ kind: 'load_failed', ...errorIn(body) }, ns),
  });
  const child = startChild(
    { ...spec, env: { ...spec.env, AWS_LAMBDA_RUNTIME_API: spec.socketPath, FAASLAB_LOG_END: `${spec.logMark}\n` } },
    {
      ready(ns) {
        if (phase !== 'start') return;
        clearTimeout(deadline);
        phase = 'load';
        events.ready(happened(ns));
        deadline = setTimeout(expire, spec.timeoutMs);
      },
      failed: (reason) => fail({ kind: 'platform_failed', message: `The instance could not be started: ${reason}.` }),
      exited() {
        if (phase === 'start') fail({ kind: 'platform_failed', message: 'The instance ended before it was ready.' });
        // Its last answer may still be on the way: the news of its end travels faster.
        api.whenHeard(() => fail({ kind: 'exited', while: phase === 'load' ? 'load' : 'run' }));
      },
      closed: leave,
    },
  );
  const logs = captureLogs(child.output, spec.logMark);
  deadline = setTimeout(
    () =>
      fail({
        kind: 'platform_failed',
        message: `The instance was not ready within ${START_LIMIT_MS} ms.`,
      }),
    START_LIMIT_MS,
  );

  function begin(work: Work): void {
    current = work;
    answered = false;
    log = null;
    // What it was started with was taken when it was ordered.
    if (phase !== 'start') work.taken(happened());
    logs.begin(spec.logLimitBytes, (lines) => {
      log = lines;
      settle();
    });
    handOver();
  }

  function handOver(): void {
    if (current === null || asking === null) return;
    const response = asking;
    asking = null;
    deadline = setTimeout(expire, spec.timeoutMs);
    response.writeHead(200, {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(current.payload),
      'Lambda-Runtime-Aws-Request-Id': current.activationId,
      'Lambda-Runtime-Deadline-Ms': Date.now() + spec.timeoutMs,
    });
    current.running(happened());
    response.end(current.payload);
  }

  function answer(activationId: string, outcome: Outcome, ns: number): void {
    if (current?.activationId !== activationId || answered) return;
    end(outcome, ns);
    if (outcome.kind === 'raised' && spec.endsAfterError) child.kill();
    else events.freed();
    settle();
  }

  function end(outcome: Outcome, ns?: number): void {
    if (current === null || answered) return;
    answered = true;
    clearTimeout(deadline);
    current.done(outcome, happened(ns));
  }

  function fail(outcome: Outcome, ns?: number): void {
    end(outcome, ns);
    child.kill();
  }

  /**
   * When something happened, by the instance's own reading of the common clock: on a busy machine the platform hears of it
   * late. A reading that cannot be (before the step before, or in the future) or that is missing gives way to now.
   */
  function happened(ns = NaN): number {
    const now = nowNs();
    lastNs = ns >= lastNs && ns <= now ? ns : now;
    return lastNs;
  }

  function expire(): void {
    fail({ kind: 'timed_out', while: phase === 'serve' ? 'run' : 'load', limitMs: spec.timeoutMs });
  }

  /** Goes on when everything that the present step needs has come, in whatever order it came. */
  function settle(): void {
    if (current !== null && answered && log !== null) {
      clearTimeout(logDeadline);
      logDeadline = undefined;
      const [finished, lines] = [current, log];
      current = null;
      finished.logged(lines);
    } else if (current !== null && asking !== null) logDeadline ??= setTimeout(logs.finish, LOG_LIMIT_MS);
    if (current !== null || following === null || asking === null) return;
    const work = following;
    following = null;
    begin(work);
  }

  function leave(): void {
    end({ kind: 'exited', while: phase === 'load' ? 'load' : 'run' });
    phase = 'ended';
    clearTimeout(deadline);
    clearTimeout(logDeadline);
    logs.finish();
    api.close();
    events.gone(following);
  }

  return {
    pid: child.pid,
    run(work) {
      if (phase === 'start' && current === null) begin(work);
      else {
        following = work;
        settle();
      }
    },
    kill: child.kill,
  };
}
