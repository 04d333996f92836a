import { copyFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { anchorClock, monotonicMs } from '../common/clock.js';
import { FaaslabError } from '../common/errors.js';
import { writeFileAtomic } from '../common/files.js';
import type { PlanZero } from '../monitoring/watch.js';
import { insecureAsked } from '../platforms/tls.js';
import type { Platform } from '../platforms/platform.js';
import { connectPlatform } from '../platforms/registry.js';
import { type Manifest, writeManifest } from '../records/manifest.js';
import { cannotWrite, pointLatestTo, RUN_FILES, type RunDirectory } from '../records/run-directory.js';
import type { PlanSummary, Workload } from '../workload/model.js';
import { type FiringThread, openFiringThread } from './fire.js';
import type { FiringSetup } from './firing/messages.js';
import { unlessStopped } from './interruption.js';
import { type Recording, startRecording } from './recording.js';
import type { RunOptions } from './run.js';

export interface Prepared {
  platform: Platform;
  thread: FiringThread;
  recording: Recording;
  /** what the platform says that the user should know, one sentence each */
  warnings: string[];
}

/**
 * Asks the platform whether the test can run and opens connections to it. Whatever is against it, the run directory is
 * removed: nothing was started, so nothing must look like a run.
 */
export async function prepare(
  workload: Workload,
  plan: PlanSummary,
  directory: RunDirectory,
  { access, insecure, interruption }: RunOptions,
): Promise<Prepared> {
  let thread: Promise<FiringThread> | undefined;
  try {
    const asking = { access, insecure: insecureAsked(insecure) };
    const platform = await unlessStopped(connectPlatform(workload, asking), interruption.stop);
    const warnings = await unlessStopped(platform.preflight(plan), interruption.stop);
    thread = openFiringThread(firingSetup(platform, workload, plan), interruption.stop);
    const opened = await unlessStopped(thread, interruption.stop);
    const recording = await startRecording({
      directory: directory.path,
      instances: workload.instances,
      keepsResponses: keepsBodies(workload) || keepsReports(workload),
      onFault: () => opened.stop(0),
    });
    return { platform, thread: opened, recording, warnings };
  } catch (error) {
    void thread?.then((opened) => opened.close()).catch(() => undefined);
    await rm(directory.path, { recursive: true, force: true });
    throw error;
  }
}

/** A platform has other users too. */
const MOST_WARM = 256;

function firingSetup(platform: Platform, workload: Workload, plan: PlanSummary): FiringSetup {
  const { limits, durationS } = workload;
  const busiestRate = plan.busiestMinute / Math.min(60, durationS);
  return {
    module: platform.firing(),
    options: {
      maxInFlight: limits.maxInFlight,
      timeoutMs: limits.timeoutMs,
      responseBodyBytes: keepsBodies(workload) ? limits.responseBodyBytes : 0,
    },
    // Enough for answers of 0.1 s at the busiest rate; more are opened as they are needed.
    warmConnections: Math.min(MOST_WARM, limits.maxInFlight, Math.max(2, Math.ceil(busiestRate * 0.1))),
  };
}

/** OpenWhisk keeps the results itself; of other endpoints nobody does. */
function keepsBodies({ endpoint, limits }: Workload): boolean {
  return (endpoint.kind === 'generic' || endpoint.kind === 'lambda') && limits.responseBodyBytes > 0;
}

/** What Lambda says of an execution comes with its answer; bodies or not, it is the record of it. */
function keepsReports({ endpoint }: Workload): boolean {
  return endpoint.kind === 'lambda';
}

/** From the announcement of plan zero until it comes: the manifest must be on disk before the first row fires. */
const START_DELAY_MS = 200;
const START_MARGIN_MS = 50;

/**
 * Chooses plan zero and writes down everything that a reader of this run needs, should it be killed the moment after.
 * @returns plan zero, a little ahead
 */
export async function announceStart(
  directory: RunDirectory,
  workload: Workload,
  manifest: (zero: PlanZero) => Manifest,
): Promise<{ zero: PlanZero; manifest: Manifest }> {
  for (;;) {
    const { epochMs, monotonicMs: readAtMs } = anchorClock();
    const zero = { monotonicMs: readAtMs + START_DELAY_MS, epochMs: epochMs + START_DELAY_MS };
    const opening = manifest(zero);
    try {
      await writeManifest(directory.path, opening);
      await writeMetadata(directory, workload, opening);
      await pointLatestTo(directory);
    } catch (error) {
      await rm(directory.path, { recursive: true, force: true });
      throw error instanceof FaaslabError ? error : cannotWrite(directory.path, error);
    }
    // A disk that took too long would make the first rows late: then zero is chosen again.
    if (monotonicMs() < zero.monotonicMs - START_MARGIN_MS) return { zero, manifest: opening };
  }
}

/** FaaSProfiler's three lines: start, config, planned count; also where its analyzer looked for them. */
async function writeMetadata(directory: RunDirectory, workload: Workload, manifest: Manifest): Promise<void> {
  const path = join(directory.path, RUN_FILES.metadata);
  const lines = [manifest.start_epoch_ms, workload.source.configPath, manifest.ledger.planned];
  await writeFileAtomic(path, `${lines.join('\n')}\n`);
  const habitual = 'synthetic_workload_invoker';
  const isFolder = await stat(habitual).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isFolder) await copyFile(path, join(habitual, RUN_FILES.metadata));
}
