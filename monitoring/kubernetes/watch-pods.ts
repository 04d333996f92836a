import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicMs } from '../../common/clock.js';
import { pathSafe } from '../../common/files.js';
import { startGuard } from '../../common/guard.js';
import type { KubernetesPods } from '../../workload/model.js';
import { ownClock } from '../local-host.js';
import type { ClockPair, Watch, WatchOutcome, WatchPlace } from '../watch.js';
import { listPods } from './ask-pods.js';
import { keepWatching, type KeptWatch, type WatchLimits } from './keep-watching.js';
import { openPodFile } from './pod-file.js';
import { seenPods } from './seen-pods.js';

export interface PodWatch extends Watch {
  /** settles when nothing is watched any more: it was ended, lost, or never began */
  watching: Promise<void>;
}

/** With two seconds for a kubectl that does not end when told to, plan zero waits less than ten for a cluster. */
const LIMITS: WatchLimits = {
  listMs: 5_000,
  beginMs: 2_000,
  hungMs: 30_000,
  steadyMs: 10_000,
  pausesMs: [0, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 60_000],
};

/**
 * Watches the pods of the workers by `kubectl`: each event becomes a line of `pods.ndjson`, stamped by our clock when it
 * comes. A list before tells whether the cluster can be asked at all, a list at the end what the watch may have missed.
 */
export async function watchPods(pods: KubernetesPods, place: WatchPlace, limits = LIMITS): Promise<PodWatch> {
  const { namespace } = pods;
  // `+` is in the name of no host's folder: pathSafe encodes it.
  const folder = `monitors/kubernetes+${pathSafe(namespace)}`;
  const host = { name: `kubernetes+${namespace}`, folder, ssh: null, clock: [] as ClockPair[] };
  const outcomes: WatchOutcome[] = [];
  const notes: string[] = [];
  const startedMs = monotonicMs();
  const report = (status: WatchOutcome['status'], message: string | null, atMs: number | null = startedMs): void =>
    void outcomes.push({ role: 'kubernetes', script: 'kubectl', status, startedMs: atMs, message });

  const first = await listPods(pods, limits.listMs, place.stop);
  if (!Array.isArray(first)) {
    report('unreachable', first.message, null);
    return { host, outcomes, notes, running: () => [], watching: Promise.resolve(), end: async () => undefined };
  }
  host.clock.push(ownClock());
  const file = openPodFile(join(place.runDirectory, folder, 'pods.ndjson'));
  const seen = seenPods();
  seen.ask().missed(first, Date.now()).forEach(file.add);
  const kept: KeptWatch = { restarts: 0, unknown: 0, lost: null };
  const ending = new AbortController();
  const signal = AbortSignal.any([ending.signal, place.stop]);
  // It would also remove a folder, of which there is none here.
  const guard = startGuard(null);
  let watching!: Promise<void>;
  const began = new Promise<void>((onFirst) => {
    watching = keepWatching(pods, { limits, seen, kept, ending: signal, guard, add: file.add, onFirst });
  });
  // The start of a kubectl costs the processor something: better before plan zero than after it. Of no pods none is told.
  if (first.length > 0) await Promise.race([began, watching, sleep(limits.beginMs, undefined, { ref: false })]);

  async function endNow(graceMs: number, stop?: AbortSignal): Promise<void> {
    if (graceMs > 0 && stop?.aborted !== true) notes.push(...(await lastList(graceMs, stop)));
    ending.abort();
    await watching;
    guard.dismiss();
    host.clock.push(ownClock());
    const fault = await file.close();
    notes.push(...notesOn(kept, seen.any(), pods));
    if (fault !== null) report('failed', `${folder}/pods.ndjson could not be written: ${fault}`);
    else if (kept.lost !== null) report('lost', lostMessage(kept.lost));
    else report('ok', null);
  }
  async function lastList(graceMs: number, stop: AbortSignal | undefined): Promise<string[]> {
    const signal = stop ?? ending.signal;
    const asked = seen.ask();
    const last = await listPods(pods, Math.min(graceMs, limits.listMs), signal);
    if (!Array.isArray(last)) return [`no list of the pods at the end of the run: ${last.message}`];
    const missed = asked.missed(last, Date.now());
    missed.forEach(file.add);
    return missed.length > 0 && kept.lost === null
      ? [`the list of the pods at the end of the run shows ${missed.length} otherwise than the watch told`]
      : [];
  }
  let ended: Promise<void> | null = null;
  const running = (): WatchOutcome[] =>
    ended === null ? [{ role: 'kubernetes', script: 'kubectl', status: 'running', startedMs, message: null }] : [];
  return { host, outcomes, notes, running, watching, end: (graceMs, stop) => (ended ??= endNow(graceMs, stop)) };
}

function lostMessage({ message, sinceMs }: { message: string; sinceMs: number }): string {
  const since = new Date(sinceMs).toISOString();
  return `the watch broke and could not be taken up again (${message}); pods that came and went after ${since} are not known`;
}

function notesOn({ restarts, unknown }: KeptWatch, any: boolean, { namespace, selector }: KubernetesPods): string[] {
  return [
    ...(any ? [] : [`no pod matched ${JSON.stringify(selector)} in the namespace ${JSON.stringify(namespace)}`]),
    ...(restarts === 0
      ? []
      : [`the watch of the pods ended and was taken up again (${restarts}×): a list told what changed in between`]),
    ...(unknown === 0 ? [] : [`${unknown} lines of kubectl's watch are no events and were left out`]),
  ];
}
