import { ConfigError } from '../common/errors.js';
import { type Manifest, readManifest } from '../records/manifest.js';
import { resolveRunDirectory } from '../records/run-directory.js';
import { loadWorkload } from '../workload/load.js';
import type { Workload } from '../workload/model.js';
import { planOf, summarizePlan } from '../workload/plan.js';

/**
 * The workload of an earlier run with its seed, so that its plan is the same again, row for row.
 * @throws RecordsError there is no such run
 * @throws ConfigError  a file that it read is gone or differs, or this version plans it differently
 */
export async function loadReplay(runDirectory: string): Promise<Workload> {
  const { path } = await resolveRunDirectory(runDirectory);
  const manifest = await readManifest(path);
  const workload = await loadWorkload(configPathOf(manifest), { seed: manifest.seed });
  for (const [file, sha256] of Object.entries(manifest.files)) {
    if (workload.source.files[file] !== sha256) {
      throw new ConfigError(`${file} is not what it was in run ${manifest.run_id}; restore it to repeat that run`);
    }
  }
  if (summarizePlan(planOf(workload), workload).sha256 !== manifest.plan_sha256) {
    throw new ConfigError(
      `this version plans run ${manifest.run_id} differently from faaslab ${manifest.faaslab_version}; use that version to repeat it`,
    );
  }
  return workload;
}

/** The config by its absolute path: the manifest's own `config_path` may have been relative to another folder. */
function configPathOf({ files, config_sha256, config_path }: Manifest): string {
  return Object.entries(files).find(([, sha256]) => sha256 === config_sha256)?.[0] ?? config_path;
}
