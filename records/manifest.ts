import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, RecordsError, systemErrorCode } from '../common/errors.js';
import { writeFileAtomic } from '../common/files.js';
import { faultIn, isObject } from './manifest-fields.js';
import type { ProcessorShares, ThreadLoad } from '../common/thread-watch.js';

/** What `manifest.json` of a run says. It is on disk before the first row fires, with status `running`. */
export interface Manifest {
  format: 'faaslab-run/1';
  run_id: string;
  test_name: string;
  status: 'running' | 'complete' | 'interrupted';
  /** the invoker's process, so that a run still `running` whose process is gone is known as interrupted */
  pid: number;
  /** when that process started, in clock ticks since boot: a pid may be given again; null where the system does not tell */
  pid_start_ticks?: number | null;
  faaslab_version: string;
  node_version: string;
  /** the invoker's machine; runs of older versions do not have its processor's model */
  host: { hostname: string; os: string; cpus: number; cpu_model?: string | null; memory_bytes: number };
  /** the resolved config; holds no secret */
  config: Record<string, unknown>;
  config_path: string;
  config_sha256: string;
  files: Record<string, string>;
  seed: number;
  plan_sha256: string;
  /** the config's instances, in its order */
  instances: { name: string; function: string }[];
  /** never a credential */
  endpoint: {
    kind: string;
    url: string;
    namespace?: string;
    region?: string;
    invocation_type?: 'RequestResponse' | 'Event';
    qualifier?: string;
    /** true where an unverifiable certificate was accepted */
    insecure?: boolean;
    wsk_version?: string;
    /** true of `--embedded`: the platform ended with the run; runs of older versions do not have it */
    started_for_run?: boolean;
  };
  /** wall clock at plan zero; null until then */
  start_epoch_ms: number | null;
  end_epoch_ms: number | null;
  ledger: Ledger;
  lateness_ms: Spread | null;
  send_lag_ms: Spread | null;
  generator: Generator | null;
  activations: { source: string; complete: boolean; missing: number } | null;
  monitors: MonitorOutcome[];
  /** the invoker's own first; runs of older versions do not have it */
  monitored_hosts?: MonitoredHost[];
  warnings: string[];
  verdict: Verdict | null;
}

/** What the load generator cost while it fired. */
export interface Generator {
  /** of all its threads together, of one core: it may exceed 1 */
  cpu_share: number;
  /** of the firing thread */
  event_loop_p99_ms: number;
  max_rss_bytes: number;
  /** each of them apart; runs of older versions do not have it */
  threads?: { main: ThreadLoad; firing: ThreadLoad; pacer: ProcessorShares | null };
}

/** planned = ok + failed + dropped + lost + unreached; unreached is 0 unless the run was interrupted. */
export interface Ledger {
  planned: number;
  ok: number;
  failed: number;
  dropped: number;
  lost: number;
  unreached: number;
}

export interface Spread {
  p50: number;
  p99: number;
  max: number;
}

export interface Verdict {
  valid: boolean;
  /** why it is not valid, one sentence each, with what to change */
  reasons: string[];
}

/** How something that watched the run ended. */
export interface MonitorOutcome {
  role: 'runtime_script' | 'post_script' | 'sampler' | 'host' | 'kubernetes';
  /** the host that it watched, as `monitored_hosts` names it; runs of older versions do not have it */
  host?: string;
  /** path of the script; of a role without one the command, e.g. `ssh`, `kubectl` */
  script: string;
  /**
   * `outlived`: it still ran when the run was over, and was ended; `interrupted`: the user ended it, or the run with it;
   * `unreachable`: it never began; `lost`: its connection broke in the middle, or the invoker was killed; `running`: only while
   * the run itself is
   */
  status: 'ok' | 'failed' | 'outlived' | 'interrupted' | 'unreachable' | 'lost' | 'running';
  message: string | null;
  /** when it was started, milliseconds since plan zero (before it: negative); null where it never was */
  start_ms?: number | null;
}

/** A host that was watched while the run fired. */
export interface MonitoredHost {
  name: string;
  /** where its files lie, relative to the run directory */
  folder: string;
  /** how it was reached; null for the invoker's own host */
  ssh: string | null;
  /** its clock beside the run's; empty where it never answered */
  clock: ClockReading[];
}

/** What the clock of a host showed beside the run's own (`start_epoch_ms` + time since plan zero). */
export interface ClockReading {
  /** when, milliseconds since plan zero */
  at_ms: number;
  /** host − run: to be subtracted from the host's stamps */
  offset_ms: number;
  /** ±: half of the shortest round trip */
  uncertainty_ms: number;
}

/**
 * Reads the manifest of a run directory.
 * @throws RecordsError if there is none, it is no JSON, or it is of another format
 */
export async function readManifest(directory: string): Promise<Manifest> {
  const path = join(directory, 'manifest.json');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const why = systemErrorCode(error) === 'ENOENT' ? 'there is none: this is no run directory' : messageOf(error);
    throw new RecordsError(`${path}: ${why}`, { cause: error });
  }
  let manifest: unknown;
  try {
    manifest = JSON.parse(text);
  } catch (error) {
    throw new RecordsError(`${path} is broken: ${messageOf(error)}`, { cause: error });
  }
  if (!isOfFormat(manifest)) {
    throw new RecordsError(`${path} is no manifest of format faaslab-run/1; this version reads no other`);
  }
  const fault = faultIn(manifest);
  if (fault !== null)
    throw new RecordsError(`${path} is broken: ${fault}; take it from a backup, or run the test again`);
  return manifest as unknown as Manifest;
}

function isOfFormat(value: unknown): value is Record<string, unknown> {
  return isObject(value) && value['format'] === 'faaslab-run/1' && typeof value['run_id'] === 'string';
}

/** Writes `manifest.json`: beside, then renamed, so that a reader never sees a part of one. */
export async function writeManifest(directory: string, manifest: Manifest): Promise<void> {
  await writeFileAtomic(join(directory, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}
