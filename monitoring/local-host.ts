import { hostname } from 'node:os';
import { monotonicMs } from '../common/clock.js';
import { pathSafe } from '../common/files.js';
import type { MonitoringConfig, MonitorScript } from '../workload/model.js';
import { startSampler } from './sampler.js';
import { type RunningScript, startScript } from './scripts.js';
import type { ClockPair, Watch, WatchPlace } from './watch.js';

/** The invoker's own host. */
export interface LocalWatch extends Watch {
  /** Runs the post script to its end, at most so long and not beyond a stop. */
  runPost(script: MonitorScript, limitMs: number, stop: AbortSignal): Promise<void>;
}

/** Starts the runtime script and the sampler, where the config has them, on the invoker's own host. */
export async function watchLocalHost(
  { runtimeScript, samplerIntervalMs }: MonitoringConfig,
  place: WatchPlace,
): Promise<LocalWatch> {
  const name = hostname();
  const folder = `monitors/${pathSafe(name)}`;
  const host = { name, folder, ssh: null, clock: [] as ClockPair[] };
  const outcomes: Watch['outcomes'] = [];
  const started = { ...place, folder };
  const running: RunningScript[] = [];
  const env: Record<string, string> =
    place.platformPid === undefined ? {} : { FAASLAB_PLATFORM_PID: String(place.platformPid) };
  // The script last: it runs for the length of the test, and nothing is to be waited for after its start.
  if (samplerIntervalMs !== null) {
    running.push(await startSampler(samplerIntervalMs, started, env, place.stop));
    // Two samplers would write the same file: RuntimeMonitoring.sh leaves its own out then.
    env['FAASLAB_SAMPLED'] = '1';
  }
  if (runtimeScript !== null) running.push(await startScript('runtime_script', runtimeScript, started, env));
  if (running.length > 0) host.clock.push(ownClock());
  return {
    host,
    outcomes,
    notes: [],
    running: () => running.map(({ begun }) => begun),
    async end(graceMs, stop) {
      const ending = running.splice(0);
      outcomes.push(...(await Promise.all(ending.map((script) => script.end(graceMs, stop)))));
      if (ending.length > 0) host.clock.push(ownClock());
    },
    async runPost(script, limitMs, stop) {
      if (stop.aborted) {
        const message = 'it was not started: an interruption came before';
        outcomes.push({ role: 'post_script', script: script.path, status: 'interrupted', startedMs: null, message });
        return;
      }
      const post = await startScript('post_script', script, started);
      outcomes.push(await post.end(limitMs, stop));
    },
  };
}

/** Read again at the end: a wall clock that is set in the middle of a run shifts what is stamped by it. */
export function ownClock(): ClockPair {
  return { monotonicMs: monotonicMs(), epochMs: Date.now(), uncertaintyMs: 1 };
}
