import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { monotonicMs } from '../../common/clock.js';
import { messageOf } from '../../common/errors.js';
import type { WatchOutcome } from '../watch.js';
import { ask, sendFiles } from './exchange.js';
import type { FilesPlace } from './files-home.js';
import type { RemoteLimits } from './limits.js';
import { encoded } from './protocol.js';
import { openSampleFile, type SampleFile, samplesLimitBytes } from './samples.js';
import type { Session } from './session.js';

export const SAMPLES_NAME = 'sampler.ndjson';

/** The sampler of a host, as `RemoteScript` is its script. */
export interface RemoteSampler {
  /** @returns whether it is there */
  send(): Promise<boolean>;
  begin(durationS: number): Promise<void>;
  begun(): WatchOutcome | null;
  end(): Promise<void>;
  close(): Promise<void>;
  outcome(): WatchOutcome;
}

/** Longer than a test may overrun; it is ended with the run, and this only where nobody could. */
const SECONDS_MORE = 3_600;

/** @param path of the sampler's script here */
export function remoteSampler(
  session: Session,
  path: string,
  intervalMs: number,
  { runDirectory, folder }: FilesPlace,
  limits: RemoteLimits,
): RemoteSampler {
  const place = `sampler/${basename(path)}`;
  const log = `${basename(path)}.log`;
  let startedMs: number | null = null;
  let samples: SampleFile | null = null;
  let known: [WatchOutcome['status'], string | null] | null = null;
  return {
    async send() {
      let content;
      try {
        content = await readFile(path);
      } catch (error) {
        known = ['failed', `it could not be sent: ${messageOf(error)}`];
        return false;
      }
      const fault = await sendFiles(session, [{ path: place, content }], limits.reachMs);
      if (fault !== null) known = ['failed', fault];
      return fault === null;
    },
    async begin(durationS) {
      if (known !== null) return;
      samples = await openSampleFile(
        join(runDirectory, folder, SAMPLES_NAME),
        samplesLimitBytes(durationS, intervalMs),
      );
      session.onSample = samples.add;
      const askedMs = monotonicMs();
      const command = `sampler ${Math.ceil(durationS) + SECONDS_MORE} ${intervalMs} ${encoded(place)} ${encoded(log)}`;
      const { atMs } = await ask(session, command, ['samples follow'], limits.beginMs);
      startedMs = (askedMs + atMs) / 2;
    },
    begun: () =>
      startedMs === null ? null : { role: 'sampler', script: path, status: 'running', startedMs, message: null },
    async end() {
      if (startedMs === null) return;
      const { answer } = await ask(session, 'end-sampler', ['samples over'], limits.answerMs);
      const status = answer.kind === 'samples over' ? answer.status : null;
      const fault = status === null ? faultOf(samples!) : endedText(status);
      known = fault === null ? ['ok', null] : ['failed', `${fault}; its output: ${folder}/${log}`];
    },
    close: async () => samples?.close(),
    outcome() {
      const [status, message] = known ?? ['lost', lostText(samples?.kept ?? 0)];
      return { role: 'sampler', script: path, status, startedMs, message };
    },
  };
}

function faultOf({ fault, kept }: SampleFile): string | null {
  return fault ?? (kept === 0 ? 'it gave no sample' : null);
}

function endedText(status: number): string {
  return status === 0 ? 'it ended before the run did' : `it ended with exit code ${status}`;
}

function lostText(kept: number): string {
  if (kept === 0) return 'lost with the connection before its first sample';
  return `lost with the connection; its ${kept === 1 ? 'one sample' : `${kept} samples`} until then are kept in ${SAMPLES_NAME}`;
}
