import { setTimeout as sleep } from 'node:timers/promises';
import type { Guard } from '../../common/guard.js';
import { monotonicMs } from '../../common/clock.js';
import type { KubernetesPods } from '../../workload/model.js';
import type { PodLine } from '../parsers/pod-line.js';
import { listPods, watchOnce } from './ask-pods.js';
import type { KubectlFault } from './kubectl-fault.js';
import type { SeenPods } from './seen-pods.js';

export interface WatchLimits {
  /** for an answer to the question for all pods */
  listMs: number;
  /** for the first event where there are pods: the run waits so long for it */
  beginMs: number;
  /** after which a watch that told nothing of the pods there is taken for hung */
  hungMs: number;
  /** a watch that lasted so long was a good one: tries are counted anew */
  steadyMs: number;
  /** before each try in a row; after so many the watch is lost */
  pausesMs: readonly number[];
}

export interface KeptWatch {
  /** how often it was taken up again */
  restarts: number;
  /** lines of kubectl that are no events */
  unknown: number;
  /** the most items of a list that are no pods that can be told apart */
  unread: number;
  /** why it was given up, and when (epoch ms); null while it goes on */
  lost: { message: string; sinceMs: number } | null;
}

/**
 * Watches the pods until the signal, and takes the watch up again where it ends: servers end each after a while (Kubernetes
 * after 30 to 60 minutes, proxies sooner). What came and went in between is caught up by a list.
 */
export async function keepWatching(pods: KubernetesPods, watching: Watching): Promise<void> {
  const { limits, seen, kept, ending, add } = watching;
  for (let failures = 0; !ending.aborted;) {
    const startedMs = monotonicMs();
    const { fault, lastMs } = await watchUntilHung(pods, watching);
    if (ending.aborted) return;
    failures = monotonicMs() - startedMs >= limits.steadyMs ? 0 : failures;
    let latest: KubectlFault | null = fault;
    while (latest !== null) {
      if (latest.final || failures >= limits.pausesMs.length) {
        kept.lost = { message: latest.message, sinceMs: lastMs };
        return;
      }
      await sleep(limits.pausesMs[failures]!, undefined, { signal: ending }).catch(() => undefined);
      if (ending.aborted) return;
      failures += 1;
      const asked = seen.ask();
      const list = await listPods(pods, limits.listMs, ending);
      if (ending.aborted) return;
      latest = 'pods' in list ? null : list;
      if (!('pods' in list)) continue;
      kept.unread = Math.max(kept.unread, list.unread);
      asked.missed(list.pods, Date.now()).forEach(add);
    }
    kept.restarts += 1;
  }
}

export interface Watching {
  limits: WatchLimits;
  seen: SeenPods;
  kept: KeptWatch;
  ending: AbortSignal;
  guard: Guard;
  /** gets what is new */
  add(line: PodLine): void;
  /** the watch has told its first event */
  onFirst(): void;
}

async function watchUntilHung(
  pods: KubernetesPods,
  { limits, seen, kept, ending, guard, add, onFirst }: Watching,
): Promise<{ fault: KubectlFault; lastMs: number }> {
  const hung = new AbortController();
  // It begins with an event for each pod that is there; of none it may tell nothing for as long as it likes.
  const timer = seen.living() > 0 ? setTimeout(() => hung.abort(), limits.hungMs) : undefined;
  try {
    const fault = await watchOnce(pods, AbortSignal.any([ending, hung.signal]), guard, {
      onPod(line) {
        clearTimeout(timer);
        onFirst();
        if (seen.told(line)) add(line);
      },
      onUnknown: () => void (kept.unknown += 1),
    });
    const lastMs = Date.now();
    if (!hung.signal.aborted) return { fault, lastMs };
    return { fault: { message: `kubectl told nothing within ${limits.hungMs / 1_000} s`, final: false }, lastMs };
  } finally {
    clearTimeout(timer);
  }
}
