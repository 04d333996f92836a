import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { monotonicMs } from '../../../common/clock.js';
import { REMOTE_LIMITS, type RemoteLimits } from '../../../monitoring/remote/limits.js';
import { reachRemoteHost, type RemoteWatch } from '../../../monitoring/remote/remote-host.js';
import { type PlanZero, recordedOutcome, type WatchPlace } from '../../../monitoring/watch.js';
import type { MonitorOutcome } from '../../../records/manifest.js';
import type { MonitorScript, RemoteHost } from '../../../workload/model.js';
import { emptyFolder } from '../../support/programs.js';
import type { SshHost } from '../../support/ssh-hosts.js';

/** The host of a config. */
export function remote(host: Pick<SshHost, 'ssh' | 'port'>, given: Partial<RemoteHost> = {}): RemoteHost {
  return { name: 'node-1', ssh: host.ssh, port: host.port, samplerIntervalMs: null, runtimeScript: null, ...given };
}

/** What the sampler prints, by a script that any host can run: a line each INTERVAL_MS, until it is told to end. */
export function samplerStandIn(text = SAMPLER): string {
  const path = join(emptyFolder(), 'Sampler.sh');
  writeFileSync(path, text);
  return path;
}

const SAMPLER = `
exec 3<> <(:)
printf -v pause '%d.%03d' $(($2 / 1000)) $(($2 % 1000))
for ((n = 0; ; n++)); do
  printf '{"n":%d,"seconds":%d,"interval_ms":%d}\\n' "$n" "$1" "$2"
  read -r -t "$pause" -u 3
done
`;

export function script(text: string, name = 'monitor.sh'): MonitorScript {
  const folder = emptyFolder();
  writeFileSync(join(folder, name), text);
  return { path: join(folder, name), faasRoot: folder };
}

export interface Watching {
  watch: RemoteWatch;
  /** the run directory */
  directory: string;
  stop: AbortController;
  stopNow: AbortController;
  /** text of a file that came home */
  text(name: string): string;
  outcomes(): MonitorOutcome[];
  zero: PlanZero;
}

/** Reaches a host for a run of a second, in an empty run directory. Plan zero is now. */
export async function watching(
  host: RemoteHost,
  { limits = {}, samplerPath = '' }: { limits?: Partial<RemoteLimits>; samplerPath?: string } = {},
): Promise<Watching> {
  const directory = emptyFolder();
  const stop = new AbortController();
  const stopNow = new AbortController();
  const place: WatchPlace = { runDirectory: directory, durationS: 1, stop: stop.signal, stopNow: stopNow.signal };
  const watch = await reachRemoteHost(host, place, { limits: { ...REMOTE_LIMITS, ...limits }, samplerPath });
  const zero = { monotonicMs: monotonicMs(), epochMs: Date.now() };
  return {
    watch,
    directory,
    stop,
    stopNow,
    zero,
    text: (name) => readFileSync(join(directory, watch.host.folder, name), 'utf8'),
    outcomes: () => watch.outcomes.map((outcome) => recordedOutcome(outcome, watch.host.name, zero)),
  };
}
