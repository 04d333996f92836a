import { spawn } from 'node:child_process';
import type { ServerResponse } from 'node:http';
import { nowNs } from '../timeline.js';
import { captureLogs } from './log-capture.js';
import type { Outcome } from './outcome.js';
import { serveRuntimeApi, type ReceivedBody } from './runtime-api.js';

/** How to start one. */
export interface InstanceSpec {
  program: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  /** its own folder: working directory and TMPDIR */
  folder: string;
  socketPath: string;
  /** what ends the log of an invocation */
  logMark: string;
  /** time for loading the function, and again for each invocation, ms */
  timeoutMs: number;
  logLimitBytes: number;
  answerLimitBytes: number;
}

/** One invocation for an instance. */
export interface Work {
  activationId: string;
  /** JSON */
  payload: string;
  /** the invocation was handed over */
  running(ns: number): void;
  /** how it ended; called once */
  done(outcome: Outcome, ns: number): void;
  /** what it wrote; called once, after done */
  logged(lines: string[]): void;
}

export interface InstanceEvents {
  ready(ns: number): void;
  loaded(ns: number): void;
  /** it has finished its work, its log is complete, and it asks for more */
  freed(): void;
  /** its process has ended; the last event */
  gone(): void;
}

/** A process that executes one function, one invocation at a time. */
export interface Instance {
  pid: number | undefined;
  /** Gives it work; one at a time. It may still be starting. */
  run(work: Work): void;
  /** Ends it with everything that it started. */
  kill(): void;
}

/** Time from spawn to ready, and for the rest of a log after its answer: only what is broken ever takes as long. */
const START_LIMIT_MS = 30_000;
const LOG_LIMIT_MS = 1_000;

/** Starts an instance. */
export function startInstance(spec: InstanceSpec, events: InstanceEvents): Instance {
  let work: Work | null = null;
  let asking: ServerResponse | null = null;
  let logComplete = true;
  let phase: 'start' | 'load' | 'serve' = 'start';
  let alive = true;
  let deadline: NodeJS.Timeout | undefined;
  let logDeadline: NodeJS.Timeout | undefined;
  let answered = true;

  const api = serveRuntimeApi(spec.socketPath, spec.answerLimitBytes, {
    next(response) {
      asking = response;
      if (phase !== 'serve') {
        clearTimeout(deadline);
        phase = 'serve';
        events.loaded(nowNs());
        handOver();
      } else free();
    },
    returned: (id, body) => finish(id, { kind: 'returned', ...body }),
    raised: (id, body) => finish(id, { kind: 'raised', ...errorIn(body) }),
    loadFailed(body) {
      end({ kind: 'load_failed', ...errorIn(body) });
      kill();
    },
  });
  const child = spawn(spec.program, spec.args, {
    cwd: spec.folder,
    env: { ...spec.env, AWS_LAMBDA_RUNTIME_API: spec.socketPath, FAASLAB_LOG_END: `${spec.logMark}\n` },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const logs = captureLogs([child.stdout!, child.stderr!], spec.logMark);
  deadline = setTimeout(fail, START_LIMIT_MS, 'it did not start');
  child.stdio[3]!.once('data', () => {
    if (phase !== 'start') return;
    clearTimeout(deadline);
    phase = 'load';
    events.ready(nowNs());
    deadline = setTimeout(expire, spec.timeoutMs);
  });
  child.once('error', (error) => {
    fail(error.message);
    if (child.pid === undefined) leave();
  });
  child.once('exit', () => {
    // Whatever it started goes with it, and with that the last writers of its pipes.
    killGroup();
    if (phase === 'start') fail('its process ended before it was ready');
    else end({ kind: 'exited', while: phase === 'load' ? 'load' : 'run' });
    logDeadline ??= setTimeout(leave, LOG_LIMIT_MS);
  });
  child.once('close', leave);

  function handOver(): void {
    if (work === null || asking === null) return;
    const response = asking;
    asking = null;
    const { activationId, payload } = work;
    deadline = setTimeout(expire, spec.timeoutMs);
    response.writeHead(200, {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(payload),
      'Lambda-Runtime-Aws-Request-Id': activationId,
      'Lambda-Runtime-Deadline-Ms': Date.now() + spec.timeoutMs,
    });
    response.end(payload);
    work.running(nowNs());
  }

  function finish(activationId: string, outcome: Outcome): void {
    if (work?.activationId === activationId) end(outcome);
  }

  function end(outcome: Outcome): void {
    if (work === null || answered) return;
    answered = true;
    clearTimeout(deadline);
    work.done(outcome, nowNs());
  }

  function expire(): void {
    end({ kind: 'timed_out', while: phase === 'serve' ? 'run' : 'load', limitMs: spec.timeoutMs });
    kill();
  }

  function fail(reason: string): void {
    end({ kind: 'platform_failed', message: `The instance failed: ${reason}.` });
    kill();
  }

  function free(): void {
    if (!logComplete) logDeadline ??= setTimeout(logs.finish, LOG_LIMIT_MS);
    if (asking === null || !logComplete || !answered || !alive) return;
    clearTimeout(logDeadline);
    logDeadline = undefined;
    work = null;
    events.freed();
  }

  function killGroup(): void {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // it has ended already, and so has all that it started
    }
  }

  function kill(): void {
    if (alive) killGroup();
  }

  function leave(): void {
    if (!alive) return;
    alive = false;
    clearTimeout(deadline);
    clearTimeout(logDeadline);
    logs.finish();
    api.close();
    api.closeAllConnections();
    events.gone();
  }

  return {
    pid: child.pid,
    run(given) {
      work = given;
      answered = false;
      logComplete = false;
      logs.begin(spec.logLimitBytes, (lines) => {
        logComplete = true;
        given.logged(lines);
        free();
      });
      handOver();
    },
    kill,
  };
}

function errorIn({ text }: ReceivedBody): { errorType: string; message: string; stack: string[] } {
  let told: { errorType?: unknown; errorMessage?: unknown; stackTrace?: unknown } = {};
  try {
    told = JSON.parse(text) as typeof told;
  } catch {
    // a runtime that reports its error as plain text
  }
  return {
    errorType: typeof told.errorType === 'string' ? told.errorType : 'Error',
    message: typeof told.errorMessage === 'string' ? told.errorMessage : text,
    stack: Array.isArray(told.stackTrace) ? told.stackTrace.map(String) : [],
  };
}
