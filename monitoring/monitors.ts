import type { Manifest } from '../records/manifest.js';
import type { KubernetesPods, MonitoringConfig, MonitorScript } from '../workload/model.js';
import { watchLocalHost } from './local-host.js';
import { reachRemoteHost } from './remote/remote-host.js';
import { type PlanZero, recordedHost, recordedOutcome, type Watch, type WatchPlace } from './watch.js';

/** What watches one run, on all its hosts. */
export interface Monitors {
  /** Waits for all that watches the run, at most so long after the test, and ends what is left of it. */
  endRuntime(graceMs: number): Promise<void>;
  /** Runs the post script to its end, at most so long and not beyond a stop. */
  runPost(script: MonitorScript, limitMs: number, stop: AbortSignal): Promise<void>;
  /** what the manifest says of them so far */
  recorded(zero: PlanZero): Required<Pick<Manifest, 'monitors' | 'monitored_hosts'>>;
  /** what the user should know although nothing failed, one sentence each */
  notes(): string[];
}

/**
 * Starts what the config names: on the invoker's host, on further ones, and what it can learn of a cluster. No script begins
 * before every host was reached or given up: scripts run for the length of the test, and what had begun while another host
 * was waited for would end before it.
 */
export async function startMonitors(config: MonitoringConfig, place: WatchPlace): Promise<Monitors> {
  const { hosts, kubernetes } = config;
  const [pods, ...remote] = await Promise.all([
    kubernetes === null ? null : watchCluster(kubernetes, place),
    ...hosts.map((host) => reachRemoteHost(host, place)),
  ]);
  const [local] = await Promise.all([watchLocalHost(config, place), ...remote.map((host) => host.begin())]);
  const watches: Watch[] = [local, ...remote, ...(pods === null ? [] : [pods])];
  return {
    async endRuntime(graceMs) {
      await Promise.all(watches.map((watch) => watch.end(graceMs, place.stop)));
    },
    runPost: local.runPost,
    recorded(zero) {
      const hosts = watches.filter((watch) => watch !== local || watch.outcomes.length + watch.host.clock.length > 0);
      return {
        monitors: hosts.flatMap((watch) =>
          [...watch.outcomes, ...watch.running()].map((one) => recordedOutcome(one, watch.host.name, zero)),
        ),
        monitored_hosts: hosts.map(({ host }) => recordedHost(host, zero)),
      };
    },
    notes: () => watches.flatMap(({ notes }) => notes),
  };
}

/** What runs `kubectl` takes a while to load, and few runs need it. */
async function watchCluster(pods: KubernetesPods, place: WatchPlace): Promise<Watch> {
  const { watchPods } = await import('./kubernetes/watch-pods.js');
  return watchPods(pods, place);
}
