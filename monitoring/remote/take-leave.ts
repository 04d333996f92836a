import { join } from 'node:path';
import { monotonicMs } from '../../common/clock.js';
import { plainText } from '../../common/plain-text.js';
import type { WatchOutcome } from '../watch.js';
import { driftNote } from './clock-reading.js';
import { readHostClock } from './exchange.js';
import { bringFilesHome, type FilesHome } from './files-home.js';
import { hostLost, missingNote } from './host-words.js';
import { SAMPLES_NAME } from './remote-sampler.js';
import { onAbort, type Visit } from './visit.js';

/** For the agent to remove its folder. */
const FAREWELL_MS = 5_000;
const INTERRUPTED = 'the run was interrupted before all of its files were here';

/** How a visit went. */
export interface Leave {
  outcomes: WatchOutcome[];
  notes: string[];
}

/** Ends the monitors of a host, reads its clock again and brings its files home; each has its limit. Never rejects. */
export async function takeLeave(visit: Visit, reachedMs: number, graceMs: number, stop: AbortSignal): Promise<Leave> {
  const { session, script, sampler, limits, host, remote } = visit;
  const overBefore = session.overAtMs;
  let home: FilesHome | null = null;
  let fault: unknown = null;
  const stoppedNow = onAbort(visit.place.stopNow, () => session.cut(INTERRUPTED));
  try {
    await sampler?.end();
    await script?.end(graceMs, stop);
    host.clock.push(await readHostClock(session, limits.clockMs, limits.answerMs));
    home = { kept: [], missing: [] };
    await bringHome(visit, home, stop);
    session.send('bye');
    await within(session.closed, FAREWELL_MS);
  } catch (error) {
    fault = error;
  } finally {
    stoppedNow();
  }
  const overAtMs = overBefore ?? session.overAtMs ?? monotonicMs();
  session.cut('it is over');
  await session.closed;
  await sampler?.close();

  const ended: WatchOutcome =
    fault === null
      ? { role: 'host', script: `ssh ${remote.ssh}`, status: 'ok', startedMs: reachedMs, message: null }
      : hostLost(remote, fault, session, { reachedMs, overAtMs, kept: home?.kept ?? null });
  const parts = [script, sampler].filter((part) => part !== null);
  const outcomes = await Promise.all(parts.map((part) => part.outcome()));
  return { outcomes: [ended, ...outcomes], notes: notesOn(visit, home) };
}

/** After an interruption the user waits no longer than a little takes to come home. */
async function bringHome(visit: Visit, home: FilesHome, stop: AbortSignal): Promise<void> {
  const { session, place, host, limits, sampler } = visit;
  const taken = new Set(sampler === null ? [] : [SAMPLES_NAME]);
  const timers: NodeJS.Timeout[] = [];
  const cutAfter = (ms: number, because: string): void => void timers.push(setTimeout(() => session.cut(because), ms));
  cutAfter(limits.homeMs, `its files were not all here within ${limits.homeMs / 1_000} s`);
  const stopped = onAbort(stop, () => cutAfter(limits.homeWhenStoppedMs, INTERRUPTED));
  try {
    await bringFilesHome(session, join(place.runDirectory, host.folder), taken, limits, home);
  } finally {
    for (const timer of timers) clearTimeout(timer);
    stopped();
  }
}

function notesOn({ remote, host }: Visit, home: FilesHome | null): string[] {
  const name = plainText(remote.name);
  const notes: string[] = [];
  if (home !== null && home.missing.length > 0) notes.push(missingNote(name, home.missing));
  const [first, last] = host.clock;
  const drift = first === undefined || last === undefined ? null : driftNote(name, first, last);
  return drift === null ? notes : [...notes, drift];
}

async function within(event: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([event, new Promise<void>((late) => (timer = setTimeout(late, ms)))]);
  clearTimeout(timer);
}
