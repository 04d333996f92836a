import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGuard } from '../../common/guard.js';
import type { Flight, InvocationPort, OpenPort } from '../platform.js';
import { prepareCall, type WskCall } from './call.js';
import { endingOfWsk } from './outcome.js';
import { openProcessQueue, type RunEnd } from './process-queue.js';

/** What the firing thread needs to invoke actions by `wsk`; the key is in it, so it lives in memory only. */
export interface WskDescriptor {
  /** path of the executable */
  wsk: string;
  /** its whole environment, place and key among it */
  env: Record<string, string>;
  insecure: boolean;
  maxProcesses: number;
  /** one an instance, in their order */
  calls: WskCall[];
}

/**
 * Prepares to start a `wsk` for each invocation. Parameters lie in a private folder, removed when the port is closed or
 * this process is gone, however that came; with the processes it is the same.
 */
export const openPort: OpenPort = async (descriptor, { timeoutMs }): Promise<InvocationPort> => {
  const { wsk, env, insecure, maxProcesses, calls } = descriptor as WskDescriptor;
  const folder = await mkdtemp(join(tmpdir(), 'faaslab-wsk-'));
  const guard = startGuard(folder);
  const prepared = await Promise.all(calls.map((call) => prepareCall(call, folder, insecure)));
  const queue = openProcessQueue({ program: { path: wsk, env }, maxProcesses, timeoutMs, guard });
  return {
    // Nothing stays open between two processes.
    warm: async () => undefined,
    send(flight, landed) {
      const { argumentsOf, requestBytesOf, blocking } = prepared[flight.instance]!;
      const { input } = flight;
      queue.run(argumentsOf(input), (end) => {
        writeAnswer(flight, end, blocking, requestBytesOf(input));
        landed(flight);
      });
    },
    async close() {
      await queue.close();
      await rm(folder, { recursive: true, force: true });
      guard.dismiss();
    },
  };
};

function writeAnswer(flight: Flight, end: RunEnd, blocking: boolean, requestBytes: number): void {
  const { fault } = end;
  const { outcome, error, status, activationId } =
    fault === null ? endingOfWsk(end, blocking) : { ...endingOfFault(fault), status: null, activationId: null };
  flight.outcome = outcome;
  flight.error = error;
  flight.status = status;
  flight.activationId = activationId;
  flight.sentMs = end.startedMs;
  flight.firstByteMs = end.firstOutputMs;
  flight.endMs = end.endMs;
  flight.requestBytes = requestBytes;
  flight.responseBytes = end.startedMs === null ? null : end.outputBytes;
  flight.body = null;
  flight.truncated = false;
  flight.report = null;
}

function endingOfFault(fault: NonNullable<RunEnd['fault']>): Pick<Flight, 'outcome' | 'error'> {
  if (fault === 'closed') return { outcome: 'lost', error: 'interrupted' };
  return { outcome: 'failed', error: fault };
}
