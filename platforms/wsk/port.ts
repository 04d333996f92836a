import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { monotonicMs } from '../../common/clock.js';
import { PlatformError } from '../../common/errors.js';
import { compiledModule } from '../../common/package-root.js';
import type { Flight, InvocationPort, OpenPort } from '../platform.js';
import type { WskCall } from './call.js';
import type { LaunchOrder, LaunchReport, WskAnswer } from './launch-messages.js';

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

/** Starts the launcher, which starts a `wsk` for each invocation. */
export const openPort: OpenPort = async (descriptor, { timeoutMs }): Promise<InvocationPort> => {
  const launcher = await startLauncher(descriptor as WskDescriptor);
  const flying = new Map<number, { flight: Flight; landed: (flight: Flight) => void }>();
  let nextId = 0;
  let closing = false;

  function land(id: number, answer: WskAnswer): void {
    const { flight, landed } = flying.get(id)!;
    flying.delete(id);
    landed(Object.assign(flight, answer, NOTHING_KEPT));
  }
  launcher.on('message', (report: LaunchReport) => {
    if (report.type === 'answer') land(report.id, report.answer);
  });
  launcher.once('disconnect', () => {
    for (const id of flying.keys()) land(id, unlaunched(closing));
  });
  return {
    async warm() {
      const warmed = new Promise<void>((over) => {
        launcher.on('message', (report: LaunchReport) => {
          if (report.type === 'warmed') over();
        });
        launcher.once('disconnect', over);
      });
      tell(launcher, { type: 'warm' });
      await warmed;
    },
    send(flight, landed) {
      const id = nextId;
      nextId += 1;
      flying.set(id, { flight, landed });
      if (!launcher.connected) return land(id, unlaunched(closing));
      const { instance, input } = flight;
      tell(launcher, { type: 'launch', id, instance, input, deadlineMs: monotonicMs() + timeoutMs });
    },
    async close() {
      closing = true;
      if (launcher.connected) tell(launcher, { type: 'close' });
      if (launcher.exitCode === null && launcher.signalCode === null) await once(launcher, 'exit');
    },
  };
};

const NOTHING_KEPT = { body: null, truncated: false, report: null, measuredIds: null };

/** The answer where there is no launcher any more. */
function unlaunched(closing: boolean): WskAnswer {
  return {
    ...(closing ? { outcome: 'lost', error: 'interrupted' } : { outcome: 'failed', error: 'no_process' }),
    status: null,
    activationId: null,
    sentMs: null,
    firstByteMs: null,
    endMs: monotonicMs(),
    requestBytes: 0,
    responseBytes: null,
  };
}

/** @throws PlatformError if it cannot prepare */
async function startLauncher(descriptor: WskDescriptor): Promise<ChildProcess> {
  const launcher = fork(compiledModule('platforms/wsk/launcher.js'), {
    // Ctrl-C is for us: what is under way may still end.
    detached: true,
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(launcher, 'exit').then(() => {
    throw new PlatformError('the process that starts wsk ended before it was ready');
  });
  tell(launcher, { type: 'open', descriptor });
  const [first] = (await Promise.race([once(launcher, 'message'), ended])) as [LaunchReport];
  ended.catch(() => undefined);
  if (first.type !== 'fault') return launcher;
  launcher.disconnect();
  throw new PlatformError(`the parameters for wsk cannot be prepared: ${first.message}`);
}

/** A message that does not arrive is answered by the end of the channel. */
function tell(launcher: ChildProcess, order: LaunchOrder): void {
  launcher.send(order, () => undefined);
}
