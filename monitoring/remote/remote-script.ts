import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicMs } from '../../common/clock.js';
import { pathSafe } from '../../common/files.js';
import type { MonitorScript } from '../../workload/model.js';
import { endedByUs } from '../ended-by-us.js';
import type { WatchOutcome } from '../watch.js';
import { ask, sendFiles } from './exchange.js';
import { partsTold } from '../parts-told.js';
import type { FilesPlace } from './files-home.js';
import type { RemoteLimits } from './limits.js';
import { encoded } from './protocol.js';
import { placeBelow, scriptsToSend } from './scripts-to-send.js';
import type { Session } from './session.js';

/** The runtime script of a host. What it does rejects with a SessionFault where the session is over or strange. */
export interface RemoteScript {
  /** Brings it and what it may start to the host. */
  send(): Promise<void>;
  begin(durationS: number): Promise<void>;
  /** what is known of it while it runs; null where it never began */
  begun(): WatchOutcome | null;
  /** Waits for it at most so long and not beyond a stop, then ends what is left of it. */
  end(graceMs: number, stop: AbortSignal): Promise<void>;
  /** How it ended, once its files are here; as lost where nobody could learn that. */
  outcome(): Promise<WatchOutcome>;
}

const ASKED_EVERY_MS = 50;
const LOST = 'lost with the connection, and with it what it wrote';

/** @param home where its files come home */
export function remoteScript(
  session: Session,
  { path, faasRoot }: MonitorScript,
  { runDirectory, folder }: FilesPlace,
  limits: RemoteLimits,
): RemoteScript {
  const place = `root/${placeBelow(faasRoot, path)}`;
  const log = `${pathSafe(basename(path))}.log`;
  let startedMs: number | null = null;
  let known: [WatchOutcome['status'], string | null] | null = null;
  /** once it was seen to its end */
  let logPath: string | null = null;
  return {
    async send() {
      let files;
      try {
        files = await scriptsToSend({ path, faasRoot });
      } catch (error) {
        known = ['failed', `it could not be sent: ${(error as Error).message}`];
        return;
      }
      const below = files.map((file) => ({ ...file, path: `root/${file.path}` }));
      const fault = await sendFiles(session, below, limits.reachMs);
      if (fault !== null) known = ['failed', fault];
    },
    async begin(durationS) {
      if (known !== null) return;
      const askedMs = monotonicMs();
      const command = `script ${Math.ceil(durationS)} ${encoded(place)} ${encoded(log)}`;
      const { atMs } = await ask(session, command, ['started'], limits.beginMs);
      startedMs = (askedMs + atMs) / 2;
    },
    begun: () =>
      startedMs === null ? null : { role: 'runtime_script', script: path, status: 'running', startedMs, message: null },
    async end(graceMs, stop) {
      if (startedMs === null) return;
      for (const until = monotonicMs() + graceMs; ; await sleep(ASKED_EVERY_MS)) {
        const { answer } = await ask(session, 'script?', ['running', 'ended'], limits.answerMs);
        if (answer.kind === 'ended' || monotonicMs() >= until || stop.aborted) break;
      }
      const { answer } = await ask(session, 'end-script', ['ended', 'outlived', 'remains'], limits.answerMs);
      if (answer.kind === 'ended')
        known = answer.status === 0 ? ['ok', null] : ['failed', `it ended with exit code ${answer.status}`];
      else
        known = endedByUs({
          role: 'runtime_script',
          isGone: answer.kind === 'outlived',
          limitMs: graceMs,
          isStopped: stop.aborted,
        });
      logPath = join(runDirectory, folder, log);
    },
    async outcome() {
      const [status, message] = known ?? ['lost', LOST];
      const beside =
        message === null || logPath === null ? '' : `${await partsTold(logPath)}; its output: ${folder}/${log}`;
      return { role: 'runtime_script', script: path, status, startedMs, message: message && `${message}${beside}` };
    },
  };
}
