import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { underscoredUtc } from '../common/clock.js';
import { FaaslabError, messageOf, RecordsError } from '../common/errors.js';
import { besidePath, forgetBegun, makeFolders, pathSafe } from '../common/files.js';
import { TAGS_FILE } from './archive-list.js';
import type { Manifest } from './manifest.js';
import { quoteText, type Tables } from './tables.js';
import { writeRows } from './write-rows.js';

/** What an archive keeps of an analysed run, beside its manifest. */
export interface ArchiveContent {
  /** the run's manifest, unchanged */
  manifest: Manifest;
  /** the name under which the run is archived: the test's, or what replaces it */
  test: string;
  /** rows with the columns of STAT_COLUMNS */
  stat: readonly object[];
  /** rows with the columns of CONFIG_COLUMNS, one an instance */
  config: readonly object[];
  /** tables of the monitors by name: selects of `host`, `time_ms` and a column a counter */
  perf: Readonly<Record<string, string>>;
}

/** Columns of `stat.parquet` with their DuckDB types: a row an instance and a row a function. */
export const STAT_COLUMNS: Record<string, string> = {
  scope: 'VARCHAR',
  name: 'VARCHAR',
  function: 'VARCHAR',
  distribution: 'VARCHAR',
  rate: 'DOUBLE',
  configured_rate: 'DOUBLE',
  throughput: 'DOUBLE',
  rel_stress: 'DOUBLE',
  planned: 'BIGINT',
  ok: 'BIGINT',
  failed: 'BIGINT',
  dropped: 'BIGINT',
  lost: 'BIGINT',
  /** of functions: what a million invocations cost, its 95 % interval, the invocations it rests on, and what it is priced by */
  cost_per_million: 'DOUBLE',
  cost_low: 'DOUBLE',
  cost_high: 'DOUBLE',
  cost_n: 'BIGINT',
  cost_basis: 'VARCHAR',
};

const CONFIG_COLUMNS = {
  instance: 'VARCHAR',
  function: 'VARCHAR',
  distribution: 'VARCHAR',
  rate: 'DOUBLE',
  window_start_s: 'DOUBLE',
  window_end_s: 'DOUBLE',
  seed: 'BIGINT',
  endpoint: 'VARCHAR',
  /** the instance as the resolved config has it, JSON */
  config: 'VARCHAR',
};

/**
 * Keeps a run in `<root>/<YYYY_MM_DD_HH_MM_SS>_<test>/`: manifest, `test.parquet` (the view `joined_whole`, with `test`,
 * `run_id`, and its times since the run's first activation), `stat.parquet`, `config.parquet`, and a `perf/<table>.parquet`
 * for each table of its monitors. An earlier archive of the same run is replaced, its tags kept; another run that began in the same second under the same name gets a `_2`.
 *
 * @param tables with the view `joined_whole`
 * @returns the archive's folder
 * @throws RecordsError if it cannot be written
 */
export async function writeArchive(root: string, tables: Tables, content: ArchiveContent): Promise<string> {
  const { manifest, test } = content;
  const name = `${underscoredUtc(manifest.start_epoch_ms ?? 0)}_${pathSafe(test)}`;
  try {
    await makeFolders(root);
    const folder = await folderFor(join(root, name), manifest.run_id);
    const beside = besidePath(folder);
    try {
      await mkdir(beside);
      await fill(beside, tables, content);
      await takePlace(beside, folder);
    } finally {
      await rm(beside, { recursive: true, force: true });
    }
    return folder;
  } catch (error) {
    if (error instanceof FaaslabError) throw error;
    throw new RecordsError(`${join(root, name)}: the archive cannot be written: ${messageOf(error)}`, { cause: error });
  }
}

/** A folder that is free, or holds this run, or nothing that anybody can read. */
async function folderFor(path: string, runId: string): Promise<string> {
  for (let take = 1; ; take += 1) {
    const folder = take === 1 ? path : `${path}_${take}`;
    const owner = await runIdIn(folder);
    if (owner === null || owner === runId) return folder;
  }
}

async function runIdIn(folder: string): Promise<string | null> {
  try {
    const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as Partial<Manifest> | null;
    return manifest?.run_id ?? null;
  } catch {
    return null;
  }
}

async function fill(folder: string, tables: Tables, content: ArchiveContent): Promise<void> {
  const { manifest, test, stat, config, perf } = content;
  await writeFile(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  await tables.writeParquet(
    `SELECT ${quoteText(test)} AS test, ${quoteText(manifest.run_id)} AS run_id, *,
       start_ms - min(start_ms) OVER () AS start_rel_ms, platform_end_ms - min(start_ms) OVER () AS end_rel_ms
     FROM joined_whole ORDER BY seq`,
    join(folder, 'test.parquet'),
  );
  await writeRows(tables, join(folder, 'stat.parquet'), STAT_COLUMNS, stat);
  await writeRows(tables, join(folder, 'config.parquet'), CONFIG_COLUMNS, config);
  if (Object.keys(perf).length > 0) await mkdir(join(folder, 'perf'));
  for (const [table, select] of Object.entries(perf))
    await tables.writeParquet(select, join(folder, 'perf', `${pathSafe(table)}.parquet`));
}

/**
 * A folder cannot be renamed onto one that holds something: the old one steps aside first, under a name that no reader
 * takes for an archive, and comes back if the new one cannot take its place.
 */
async function takePlace(beside: string, folder: string): Promise<void> {
  if (!existsSync(folder)) return rename(beside, folder);
  const tags = join(folder, TAGS_FILE);
  if (existsSync(tags)) await cp(tags, join(beside, TAGS_FILE));
  const aside = besidePath(folder);
  // It is whole, and must not go with what was only begun.
  forgetBegun(aside);
  await rename(folder, aside);
  try {
    await rename(beside, folder);
  } catch (error) {
    await rename(aside, folder);
    throw error;
  }
  await rm(aside, { recursive: true, force: true });
}
