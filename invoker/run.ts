import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { monotonicMs } from '../common/clock.js';
import { collectGarbage } from '../common/collect-garbage.js';
import { EXIT } from '../common/errors.js';
import type { Log } from '../common/log.js';
import { startMonitors } from '../monitoring/monitors.js';
import type { PlatformAccess } from '../platforms/access.js';
import type { InvocationFigures } from '../records/invocation-figures.js';
import { lostRowLines } from '../records/lost-rows.js';
import { type Manifest, writeManifest } from '../records/manifest.js';
import { processStart } from '../common/process-start.js';
import { cannotWrite, createRunDirectory, RUN_FILES, type RunDirectory } from '../records/run-directory.js';
import type { Plan, Workload } from '../workload/model.js';
import { planOf, summarizePlan } from '../workload/plan.js';
import { isMonitored } from '../workload/resolve-monitoring.js';
import type { FiringThread } from './fire.js';
import type { FiringEnding } from './firing/messages.js';
import { watchGenerator } from './generator-watch.js';
import { type Interruption, onRaised, waitUnlessStopped } from './interruption.js';
import { monitorTroubles } from './monitor-troubles.js';
import { withPostScript } from './post-script.js';
import { announceStart, prepare } from './prepare.js';
import type { Recording, RunState } from './recording.js';
import { openingManifest } from './run-manifest.js';
import type { ThresholdVerdict } from './thresholds.js';
import { verdictOn } from './verdict.js';

export interface RunOptions {
  /** where run directories go */
  out: string;
  /** keys in memory; without them they are looked for in the environment */
  access?: PlatformAccess | undefined;
  /** `-i` */
  insecure: boolean;
  interruption: Interruption;
  log: Log;
  /** the platform is ready and the run directory stands */
  onPrepared?: ((directory: RunDirectory) => void) | undefined;
  /** several times a second while it fires */
  onProgress?: ((progress: RunProgress) => void) | undefined;
  /** the run is complete, and its post script begins */
  onPostScript?: (() => void) | undefined;
  /** what is waited for for long, in a sentence */
  onWait?: ((sentence: string) => void) | undefined;
}

export interface RunProgress {
  elapsedS: number;
  durationS: number;
  /** rows of the plan */
  planned: number;
  state: RunState;
}

export interface RunResult {
  /** path of the run directory */
  directory: string;
  manifest: Manifest;
  /** what the client alone can tell */
  figures: InvocationFigures;
  thresholds: ThresholdVerdict[];
  exitCode: number;
}

/** What is in flight may end within so long after the first interruption. */
const STOP_GRACE_MS = 10_000;
/** Monitors may last so much longer than the test. */
const MONITOR_GRACE_MS = 5_000;

/**
 * Runs a workload: one record for each planned invocation, whatever happens.
 *
 * @throws ConfigError   unknown function, missing key: nothing was started and nothing remains
 * @throws PlatformError the platform does not answer, or refuses the key: the same
 * @throws RecordsError  the place cannot be written, or the disk is full: what was written stays, as a run that was cut off
 */
export async function run(workload: Workload, options: RunOptions): Promise<RunResult> {
  const { interruption, log } = options;
  const plan = planOf(workload);
  const summary = summarizePlan(plan, workload);
  const directory = await createRunDirectory(options.out, workload.testName, Date.now());
  const { platform, thread, recording, warnings } = await prepare(workload, summary, directory, options);
  options.onPrepared?.(directory);
  const allWarnings = [...workload.warnings, ...warnings];
  for (const warning of allWarnings) log.warn(warning);

  const pidStart = await processStart(process.pid);
  const { stop, stopNow } = interruption;
  const platformPid = options.access?.pid;
  const endpoint = { ...platform.endpoint, ...(platformPid === undefined ? {} : { started_for_run: true }) };
  const place = { runDirectory: directory.path, durationS: workload.durationS, stop, stopNow, platformPid };
  const monitors = await startMonitors(workload.monitoring, place);
  try {
    collectGarbage();
    const { zero, manifest } = await announceStart(directory, workload, (planZero) => ({
      ...openingManifest(workload, summary, directory, endpoint, planZero.epochMs, allWarnings, pidStart),
      ...monitors.recorded(planZero),
    }));
    const zeroMs = zero.monotonicMs;
    for (const trouble of monitorTroubles(manifest)) log.warn(trouble);
    log.info('Test started');
    const generatorCost = watchGenerator();
    const ending = await firePlan(plan, thread, zeroMs, recording, workload, summary.planned, options);
    const awaitsEnd = isMonitored(workload.monitoring) || summary.planned === 0;
    if (awaitsEnd && recording.fault === null) {
      await waitUnlessStopped(zeroMs + workload.durationS * 1_000 - monotonicMs(), interruption.stop);
    }
    const interrupted = interruption.stop.aborted;
    manifest.end_epoch_ms = manifest.start_epoch_ms! + Math.round(monotonicMs() - zeroMs);
    manifest.generator = generatorCost(ending);
    log.info('Test ended');
    recordLostRows(plan, ending, manifest, recording);
    await recording.closeJournals();
    await monitors.endRuntime(interrupted ? 0 : MONITOR_GRACE_MS);
    Object.assign(manifest, monitors.recorded(zero));
    for (const note of monitors.notes()) log.warn(note);
    manifest.warnings = [...manifest.warnings, ...monitors.notes()];
    const result = await close(directory, workload, manifest, interrupted);
    if (interrupted) return result;
    const { onPostScript: onStart, onWait } = options;
    return await withPostScript(result, workload.monitoring.postScript, monitors, zero, { stop, onStart, onWait });
  } finally {
    await monitors.endRuntime(0);
    await thread.close();
    await recording.close();
  }
}

function firePlan(
  plan: Plan,
  thread: FiringThread,
  zeroMs: number,
  recording: Recording,
  { durationS, limits }: Workload,
  planned: number,
  { interruption, onProgress }: RunOptions,
): Promise<FiringEnding> {
  const ending = thread.fire(plan.rows(), zeroMs, {
    onRecords: recording.onRecords,
    onState(state) {
      recording.onState(state);
      onProgress?.({
        elapsedS: Math.max(0, monotonicMs() - zeroMs) / 1_000,
        durationS,
        planned,
        state: recording.state,
      });
    },
  });
  onRaised(interruption.stop, () => thread.stop(Math.min(STOP_GRACE_MS, limits.timeoutMs)));
  onRaised(interruption.stopNow, () => thread.stop(0));
  return ending;
}

/** Rows that were due when an interruption came, but were still waiting for their turn. */
function recordLostRows(plan: Plan, ending: FiringEnding, { instances }: Manifest, recording: Recording): void {
  if (ending.stoppedAtMs === null) return;
  const due = { fromSeq: ending.nextSeq, uptoSeq: ending.nextSeq, uptoMs: ending.stoppedAtMs };
  for (const line of lostRowLines({ plan, instances, ...due, isRecorded: () => false })) recording.addLine(line);
}

/** Puts the records into plan order, judges the run, and says in the manifest how it ended. */
async function close(
  directory: RunDirectory,
  workload: Workload,
  manifest: Manifest,
  interrupted: boolean,
): Promise<RunResult> {
  try {
    // Loaded only now: while the run fires, DuckDB would only take memory.
    const [{ settleInvocations }, { judgeThresholds }] = await Promise.all([
      import('../records/invocation-figures.js'),
      import('./thresholds.js'),
    ]);
    const figures = await settleInvocations(directory.path, manifest.ledger.planned);
    const { ledger, lateness, sendLag, sendWait } = figures;
    const withoutSocket = figures.errors.find(({ error }) => error === 'no_socket')?.n ?? 0;
    const { kind: endpoint } = workload.endpoint;
    const { generator } = manifest;
    const evidence = { ledger, lateness, sendLag, sendWait, generator, interrupted, withoutSocket, endpoint };
    const verdict = verdictOn(evidence, workload.limits);
    const closed: Manifest = {
      ...manifest,
      status: interrupted ? 'interrupted' : 'complete',
      ledger,
      lateness_ms: lateness,
      send_lag_ms: sendLag,
      verdict,
    };
    const thresholds = await judgeThresholds(directory.path, workload);
    await writeManifest(directory.path, closed);
    await rm(join(directory.path, RUN_FILES.heartbeat), { force: true });
    const exitCode = exitCodeOf(interrupted, verdict.valid, thresholds);
    return { directory: directory.path, manifest: closed, figures, thresholds, exitCode };
  } catch (error) {
    throw cannotWrite(directory.path, error);
  }
}

function exitCodeOf(interrupted: boolean, valid: boolean, thresholds: ThresholdVerdict[]): number {
  if (interrupted) return EXIT.interrupted;
  if (!valid) return EXIT.invalid;
  // What cannot be judged is told, as in the analyzer; it has not failed.
  return thresholds.some(({ met }) => met === false) ? EXIT.gate : EXIT.done;
}
