import { cpus, hostname, release, totalmem, type as osType } from 'node:os';
import { packageVersion } from '../common/package-root.js';
import type { Manifest } from '../records/manifest.js';
import type { RunDirectory } from '../records/run-directory.js';
import type { PlanSummary, Workload } from '../workload/model.js';

/** The manifest of a run that is about to fire. */
export function openingManifest(
  workload: Workload,
  plan: PlanSummary,
  { runId }: RunDirectory,
  endpoint: Manifest['endpoint'],
  startEpochMs: number,
  warnings: string[],
  pidStartTicks: number | null,
): Manifest {
  const { testName, seed, source, instances } = workload;
  return {
    format: 'faaslab-run/1',
    run_id: runId,
    test_name: testName,
    status: 'running',
    pid: process.pid,
    pid_start_ticks: pidStartTicks,
    faaslab_version: packageVersion(),
    node_version: process.version,
    host: {
      hostname: hostname(),
      os: `${osType()} ${release()}`,
      cpus: cpus().length,
      cpu_model: cpus()[0]?.model.trim() || null,
      memory_bytes: totalmem(),
    },
    config: source.resolved,
    config_path: source.configPath,
    config_sha256: source.configSha256,
    files: source.files,
    seed,
    plan_sha256: plan.sha256,
    instances: instances.map(({ name, application }) => ({ name, function: application })),
    endpoint,
    start_epoch_ms: startEpochMs,
    end_epoch_ms: null,
    ledger: { planned: plan.planned, ok: 0, failed: 0, dropped: 0, lost: 0, unreached: plan.planned },
    lateness_ms: null,
    send_lag_ms: null,
    generator: null,
    activations: null,
    monitors: [],
    warnings,
    verdict: null,
  };
}
