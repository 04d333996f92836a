import { join } from 'node:path';
import { monotonicMs } from '../../common/clock.js';
import { messageOf } from '../../common/errors.js';
import { pathSafe } from '../../common/files.js';
import { packageRoot } from '../../common/package-root.js';
import type { RemoteHost } from '../../workload/model.js';
import type { Watch, WatchOutcome, WatchPlace, WatchedHost } from '../watch.js';
import { hostUnreachable } from './host-words.js';
import { REMOTE_LIMITS, type RemoteLimits } from './limits.js';
import { reach } from './reach.js';
import { remoteSampler } from './remote-sampler.js';
import { remoteScript } from './remote-script.js';
import { openSession } from './session.js';
import { takeLeave } from './take-leave.js';
import type { Visit } from './visit.js';

/** A host that was reached, or not: then its outcome says so already, and it takes no further part. */
export interface RemoteWatch extends Watch {
  /** Starts its monitors; apart, so that one slow host does not let the monitors of others begin too early. Never rejects. */
  begin(): Promise<void>;
}

export interface RemoteOptions {
  limits: RemoteLimits;
  /** the sampler's script, here */
  samplerPath: string;
}

const DEFAULTS: RemoteOptions = { limits: REMOTE_LIMITS, samplerPath: join(packageRoot, 'monitoring', 'Sampler.sh') };

/** Reaches a host by OpenSSH, ready to begin. Never rejects: one that cannot be reached is reported and harms no run. */
export async function reachRemoteHost(
  remote: RemoteHost,
  place: WatchPlace,
  options: RemoteOptions = DEFAULTS,
): Promise<RemoteWatch> {
  const host = { name: remote.name, folder: `monitors/${pathSafe(remote.name)}`, ssh: remote.ssh, clock: [] };
  const watch: Watch = { host, outcomes: [], notes: [], running: () => [], end: async () => undefined };
  let visit: Visit | undefined;
  try {
    visit = startVisit(remote, place, host, options);
    await reach(visit);
  } catch (error) {
    watch.outcomes.push(await hostUnreachable(remote, error, visit?.session.stderr ?? ''));
    return { ...watch, begin: async () => undefined };
  }

  const { session, script, sampler } = visit;
  const reachedMs = monotonicMs();
  let left: Promise<void> | undefined;
  const leave = async (graceMs: number, stop: AbortSignal): Promise<void> => {
    const { outcomes, notes } = await takeLeave(visit, reachedMs, graceMs, stop);
    watch.outcomes.push(...outcomes);
    watch.notes.push(...notes);
  };
  return {
    ...watch,
    running: () => (left === undefined ? runningOf(visit, reachedMs) : []),
    async begin() {
      try {
        // The sampler last: from then on the session is for its samples.
        await script?.begin(place.durationS);
        await sampler?.begin(place.durationS);
      } catch (error) {
        session.cut(messageOf(error));
      }
    },
    end: (graceMs, stop = place.stop) => (left ??= leave(graceMs, stop)),
  };
}

function runningOf({ remote, script, sampler }: Visit, startedMs: number): WatchOutcome[] {
  const parts = [script, sampler].flatMap((part) => part?.begun() ?? []);
  return [{ role: 'host', script: `ssh ${remote.ssh}`, status: 'running', startedMs, message: null }, ...parts];
}

/** @throws where ssh cannot even be tried */
function startVisit(remote: RemoteHost, place: WatchPlace, host: WatchedHost, options: RemoteOptions): Visit {
  const { runtimeScript, samplerIntervalMs } = remote;
  const { limits, samplerPath } = options;
  const session = openSession(remote, limits.reachMs);
  const home = { runDirectory: place.runDirectory, folder: host.folder };
  return {
    remote,
    place,
    limits,
    host,
    session,
    script: runtimeScript === null ? null : remoteScript(session, runtimeScript, home, limits),
    sampler: samplerIntervalMs === null ? null : remoteSampler(session, samplerPath, samplerIntervalMs, home, limits),
  };
}
