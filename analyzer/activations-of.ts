import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { activationSource, type SourceOptions } from '../platforms/sources.js';
import { RUN_FILES } from '../records/run-directory.js';
import { openTables } from '../records/tables.js';
import type { RecordsRead } from './analysis.js';
import { viewRun } from './join.js';
import type { OpenedRun } from './open-run.js';
import { pullActivations, type PullOptions } from './pull.js';
import { listMissing, recordsRead } from './records-read.js';

/**
 * Sees to it that the activations of a run lie in its directory. They are read from the platform when a source is named
 * (`--source`, `--documents`, `--logs`, `--xray`), or when they are not all there yet; once they are, the platform is never asked again.
 */
export async function activationsOf(
  { directory, manifest }: OpenedRun,
  options: SourceOptions & PullOptions,
): Promise<RecordsRead> {
  const from = manifest.activations?.source ?? 'records';
  const arePulled = manifest.activations?.complete === true && existsSync(join(directory, RUN_FILES.activations));
  const { source: named, documents = [], logs = [], xray = false } = options;
  const isNamed = named !== undefined || documents.length > 0 || logs.length > 0 || xray;
  if (!isNamed) {
    const here = await recordsHere(directory, from, options);
    if (arePulled || here.expected === 0) return here;
  }
  const source = await activationSource(manifest, { ...options, runDirectory: directory });
  if (source !== 'records') return pullActivations(directory, source, options);
  return recordsHere(directory, from, { ...options, areListed: true });
}

/** @param areListed whether those missing are listed in `missing.csv`, too: nobody will look for them */
async function recordsHere(
  directory: string,
  source: string,
  { signal, areListed = false }: Pick<PullOptions, 'signal'> & { areListed?: boolean },
): Promise<RecordsRead> {
  const tables = await openTables({ signal });
  try {
    await viewRun(tables, directory);
    const records = await recordsRead(tables, source);
    if (areListed) await listMissing(tables, directory, records);
    return records;
  } finally {
    tables.close();
  }
}
