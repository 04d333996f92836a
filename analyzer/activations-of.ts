import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { activationSource, type SourceOptions } from '../platforms/sources.js';
import { RUN_FILES } from '../records/run-directory.js';
import { openTables } from '../records/tables.js';
import type { RecordsRead } from './analysis.js';
import { viewRun } from './join.js';
import type { OpenedRun } from './open-run.js';
import { pullActivations, type PullOptions } from './pull.js';
import { recordsRead } from './records-read.js';

/**
 * Sees to it that the activations of a run lie in its directory. They are read from the platform when a source is named
 * (`--source`, `--documents`, `--logs`, `--xray`), or when they are not all there yet; once they are, the platform is never asked again.
 */
export async function activationsOf(
  { directory, manifest }: OpenedRun,
  options: SourceOptions & PullOptions,
): Promise<RecordsRead> {
  const recordsThere = (): Promise<RecordsRead> =>
    recordsHere(directory, manifest.activations?.source ?? 'records', options.signal);
  const arePulled = manifest.activations?.complete === true && existsSync(join(directory, RUN_FILES.activations));
  const { source: named, documents = [], logs = [], xray = false } = options;
  const isNamed = named !== undefined || documents.length > 0 || logs.length > 0 || xray;
  if (!isNamed) {
    const here = await recordsThere();
    if (arePulled || here.expected === 0) return here;
  }
  const source = await activationSource(manifest, { ...options, runDirectory: directory });
  return source === 'records' ? recordsThere() : pullActivations(directory, source, options);
}

async function recordsHere(directory: string, source: string, signal: AbortSignal | undefined): Promise<RecordsRead> {
  const tables = await openTables({ signal });
  try {
    await viewRun(tables, directory);
    return await recordsRead(tables, source);
  } finally {
    tables.close();
  }
}
