import { RecordsError } from '../common/errors.js';
import { isAbandoned } from '../records/heartbeat.js';
import { readManifest, type Manifest } from '../records/manifest.js';
import { recoverRun } from '../records/recover.js';
import { resolveRunDirectory } from '../records/run-directory.js';

export interface OpenedRun {
  /** the run directory, symlinks followed */
  directory: string;
  manifest: Manifest;
  /** the run was found without an end and settled from its journal just now */
  recovered: boolean;
}

/**
 * Finds a run that has ended. One that nobody runs any more although its manifest says so is settled from its journal:
 * it is an interrupted run.
 *
 * @throws RecordsError if there is none, it is broken, or it is still going
 */
export async function openRun(path: string): Promise<OpenedRun> {
  const { path: directory } = await resolveRunDirectory(path);
  const manifest = await readManifest(directory);
  if (manifest.status !== 'running') return { directory, manifest, recovered: false };
  if (!(await isAbandoned(directory, manifest))) {
    throw new RecordsError(`${path}: this run is still going (process ${manifest.pid}); analyse it when it has ended`);
  }
  return { directory, manifest: await recoverRun(directory), recovered: true };
}
