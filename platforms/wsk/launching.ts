import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monotonicMs } from '../../common/clock.js';
import { startGuard } from '../../common/guard.js';
import { VERSION_QUESTION } from './binary.js';
import { prepareCall } from './call.js';
import type { WskAnswer } from './launch-messages.js';
import { endingOfWsk } from './outcome.js';
import type { WskDescriptor } from './port.js';
import { openProcessQueue, type RunEnd } from './process-queue.js';

/** How many starts it takes, and how long each may last. */
const WARMING_RUNS = 10;
const WARMING_LIMIT_MS = 5_000;

/** Starts a `wsk` for each invocation. */
export interface Launching {
  /**
   * @param deadlineMs of `monotonicMs()`
   * @param answered   called exactly once, at the latest at the deadline
   */
  launch(instance: number, input: number, deadlineMs: number, answered: (answer: WskAnswer) => void): void;
  /**
   * Starts a few that invoke nothing, one after the other: the first ones of a process take three times as long as later
   * ones, until the code is compiled that starts them.
   */
  warm(): Promise<void>;
  /** ends every process and removes the parameters */
  close(): Promise<void>;
}

/**
 * Writes the parameters into a private folder. It is removed when this is closed or its process is gone, however that came;
 * with the processes it is the same.
 */
export async function openLaunching(descriptor: WskDescriptor): Promise<Launching> {
  const { wsk, env, insecure, maxProcesses, calls } = descriptor;
  const folder = await mkdtemp(join(tmpdir(), 'faaslab-wsk-'));
  const guard = startGuard(folder);
  const prepared = await Promise.all(calls.map((call) => prepareCall(call, folder, insecure)));
  const queue = openProcessQueue({ program: { path: wsk, env }, maxProcesses, guard });
  return {
    launch(instance, input, deadlineMs, answered) {
      const { argumentsOf, requestBytesOf, blocking } = prepared[instance]!;
      queue.run(argumentsOf(input), deadlineMs, (end) => answered(answerOf(end, blocking, requestBytesOf(input))));
    },
    async warm() {
      for (let i = 0; i < WARMING_RUNS; i += 1) {
        await new Promise((ended) => queue.run(VERSION_QUESTION, monotonicMs() + WARMING_LIMIT_MS, ended));
      }
    },
    async close() {
      await queue.close();
      await rm(folder, { recursive: true, force: true });
      guard.dismiss();
    },
  };
}

function answerOf(end: RunEnd, blocking: boolean, requestBytes: number): WskAnswer {
  const { fault, startedMs, firstOutputMs, endMs, outputBytes } = end;
  return {
    ...(fault === null ? endingOfWsk(end, blocking) : { ...endingOfFault(fault), status: null, activationId: null }),
    sentMs: startedMs,
    firstByteMs: firstOutputMs,
    endMs,
    requestBytes,
    responseBytes: startedMs === null ? null : outputBytes,
  };
}

function endingOfFault(fault: NonNullable<RunEnd['fault']>): Pick<WskAnswer, 'outcome' | 'error'> {
  if (fault === 'closed') return { outcome: 'lost', error: 'interrupted' };
  return { outcome: 'failed', error: fault };
}
