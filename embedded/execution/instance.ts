import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { nowNs } from '../timeline.js';
import { startChild } from './child.js';
import type { Instance, InstanceEvents, InstanceSpec, Work } from './contract.js';
import { captureLogs } from './log-capture.js';
import type { Outcome } from './outcome.js';
import { errorIn, serveRuntimeApi } from './runtime-api.js';

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
  /** through which the work in hand was handed over; null = it was broken already */
  let link: Socket | null = null;
  let hasServed = false;
  let lastNs = nowNs();
  let endedHow: string | null = null;
  let log: string[] | null = null;
  /** its open question for work */
  let asking: ServerResponse | null = null;
  let deadline: NodeJS.Timeout | undefined;
  let crash: NodeJS.Timeout | undefined;
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
      exited(how) {
        endedHow = how;
        if (phase === 'start') fail({ kind: 'platform_failed', message: 'The instance ended before it was ready.' });
        // Its last answer may still be on the way: the news of its end travels faster.
        else api.whenHeard(judgeEnd);
      },
      closed: leave,
    },
  );
  const logs = captureLogs(child.output, spec.logMark, spec.clockSkewMs);
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
      ...current.headers,
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(current.payload),
      'Lambda-Runtime-Aws-Request-Id': current.activationId,
      'Lambda-Runtime-Deadline-Ms': Date.now() + spec.timeoutMs,
      ...(current.delayMs > 0 ? { 'Faaslab-Delay-Ms': current.delayMs } : {}),
    });
    current.running(happened());
    // Of one that has closed its side the server ends ours at once, and tells of the end only later: nothing is sent then.
    link = response.socket?.writable === true ? response.socket : null;
    response.end(current.payload);
    const { crashAfterMs } = current;
    // A timer takes a millisecond at least, in which a quick function has answered.
    if (crashAfterMs === 0) breakDown();
    else if (crashAfterMs !== null) crash = setTimeout(breakDown, crashAfterMs);
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
    answered = hasServed = true;
    clearTimeout(deadline);
    clearTimeout(crash);
    current.ending(child.pid);
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

  /**
   * It has ended by itself: what it was doing has failed, but work that never reached it goes to another instance. Not so
   * its first: a function that ends whenever it is loaded would be started again for ever.
   */
  function judgeEnd(): void {
    if (current === null || answered) return;
    const delivered = link !== null && link.errored === null;
    if (delivered || !hasServed)
      return end({ kind: 'exited', while: phase === 'load' ? 'load' : 'run', how: endedHow });
    clearTimeout(deadline);
    following = current;
    current = null;
  }

  /** As if it had ended by itself in the middle of its work. */
  function breakDown(): void {
    fail({ kind: 'exited', while: 'run', how: 'signal: killed' });
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
    judgeEnd();
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
