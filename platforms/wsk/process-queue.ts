import { monotonicMs } from '../../common/clock.js';
import type { Guard } from '../../common/guard.js';
import { startProcess, type ProcessEnd, type Program, type RunningProcess } from './process.js';

export interface ProcessQueueOptions {
  program: Program;
  /** at once; those beyond wait in the order in which they came */
  maxProcesses: number;
  /** ends what still runs should we be killed */
  guard: Guard;
}

/** What came of one run. */
export interface RunEnd extends ProcessEnd {
  /** why it has no end of its own: the deadline came, the system gave no process, the queue was closed */
  fault: 'timeout' | 'no_process' | 'closed' | null;
  startedMs: number | null;
  firstOutputMs: number | null;
  outputBytes: number;
}

/** Runs a program again and again, a bounded number of times at once. */
export interface ProcessQueue {
  /**
   * @param deadlineMs of `monotonicMs()`, for the waiting and the run together
   * @param ended      called exactly once, at the latest at the deadline
   */
  run(args: string[], deadlineMs: number, ended: (end: RunEnd) => void): void;
  /** ends all; resolves when no process is left */
  close(): Promise<void>;
}

/** A run that waits or is under way. */
interface Run {
  args: string[];
  process: RunningProcess | null;
  /** takes only the first end */
  finish(end: Partial<ProcessEnd>, fault: RunEnd['fault']): void;
  readonly finished: boolean;
}

export function openProcessQueue({ program, maxProcesses, guard }: ProcessQueueOptions): ProcessQueue {
  const waiting: Run[] = [];
  const running = new Map<Run, Promise<void>>();
  let closed = false;

  function startWaiting(): void {
    while (running.size < maxProcesses && waiting.length > 0) {
      const run = waiting.shift()!;
      // A run that met its deadline while it waited needs no process any more.
      if (!run.finished) running.set(run, carryOut(run));
    }
  }

  async function carryOut(run: Run): Promise<void> {
    const process = startProcess(program, run.args);
    const { pid } = process;
    run.process = process;
    if (pid !== undefined) guard.started(pid);
    const end = await process.end;
    if (pid !== undefined) guard.ended(pid);
    running.delete(run);
    run.finish(end, pid === undefined ? 'no_process' : null);
    startWaiting();
  }

  return {
    run(args, deadlineMs, ended) {
      const run = createRun(args, deadlineMs, ended);
      if (closed) return run.finish({}, 'closed');
      waiting.push(run);
      startWaiting();
    },
    async close() {
      closed = true;
      for (const run of waiting.splice(0)) run.finish({}, 'closed');
      const ends = [...running.values()];
      for (const run of running.keys()) {
        run.finish({}, 'closed');
        run.process?.kill();
      }
      await Promise.all(ends);
    },
  };
}

function createRun(args: string[], deadlineMs: number, ended: (end: RunEnd) => void): Run {
  let finished = false;
  const deadline = setTimeout(() => {
    run.finish({}, 'timeout');
    // Its place is free when it is gone.
    run.process?.kill();
  }, deadlineMs - monotonicMs());
  const run: Run = {
    args,
    process: null,
    get finished() {
      return finished;
    },
    finish({ exitCode = null, signal = null, said = [], endMs = monotonicMs() }, fault) {
      if (finished) return;
      finished = true;
      clearTimeout(deadline);
      const { startedMs = null, firstOutputMs = null, outputBytes = 0 } = run.process ?? {};
      ended({ fault, exitCode, signal, said, endMs, startedMs, firstOutputMs, outputBytes });
    },
  };
  return run;
}
