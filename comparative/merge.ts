import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { RecordsError } from '../common/errors.js';
import { plainText } from '../common/plain-text.js';
import type { ArchiveEntry } from '../records/archive-list.js';
import { archivedTest } from '../records/archived-test.js';
import { quoteText, type Tables } from '../records/tables.js';
import { createCombined } from './combined-views.js';
import type { Merged, MergedRun } from './merged.js';
import { mixedCounters, requireCounters } from './mixed-counters.js';
import { notFiniteNotes } from './not-finite.js';
import { readableColumns, type ColumnRemarks } from './readable-columns.js';
import { testCategory } from './test-category.js';

/**
 * Makes `combined_test`, `combined_stat` and a `combined_perf` for each tool as views over the archives' own Parquet
 * files: nothing is copied and nothing is held here. Each carries `test`, `run_id`, `distribution`, `rate`,
 * `test_category`; a run counts once however often it was archived, and a joined row occurs once however many instances
 * share its function. Missing tables and columns are null, with a note.
 *
 * @throws RecordsError if no archive is left
 */
export async function merge(archives: ArchiveEntry[], tables: Tables): Promise<Merged> {
  const merged: Merged = { runs: [], duplicates: [], skipped: [], notes: [], tools: [] };
  for (const archive of archives) {
    if (archive.problem !== null) {
      merged.skipped.push({ name: archive.name, problem: archive.problem });
      continue;
    }
    try {
      const run = await runIn(archive, tables, merged.notes);
      const counted = merged.runs.find((other) => other.run_id === run.run_id);
      if (counted === undefined) merged.runs.push(run);
      else {
        merged.duplicates.push(run);
        merged.notes.push(`${archive.name}: run ${run.run_id} is counted once, as ${counted.archive}`);
      }
    } catch (error) {
      if (!(error instanceof RecordsError)) throw error;
      merged.skipped.push({ name: archive.name, problem: error.message });
    }
  }
  if (merged.runs.length === 0) throw new RecordsError(nothingLeft(merged));
  merged.tools = [...new Set(merged.runs.flatMap((run) => Object.keys(run.perfFiles)))].sort();
  merged.notes.push(...(await mixedCounters(merged, tables)), ...(await notFiniteNotes(merged.runs, tables)));
  await createCombined(merged, tables);
  return merged;
}

async function runIn(archive: ArchiveEntry, tables: Tables, notes: string[]): Promise<MergedRun> {
  const note = (sentence: string) => notes.push(`${archive.name}: ${sentence}`);
  const testFile = join(archive.folder, 'test.parquet');
  const columns = await readableColumns(tables, testFile, 'test');
  noteColumns('test.parquet', columns, note);
  const [first] = await tables.query<{ rows: number }>(
    `SELECT count(*) AS rows FROM read_parquet(${quoteText(testFile)})`,
  );
  const test = (await archivedTest(testFile, tables)) ?? archive.test;
  return {
    run_id: archive.manifest!.run_id,
    test,
    test_category: testCategory(test),
    archive: archive.name,
    folder: archive.folder,
    tags: archive.tags,
    startEpochMs: archive.startEpochMs,
    rows: first!.rows,
    manifest: archive.manifest!,
    testFile,
    missing: columns.missing,
    statFile: await statFileIn(archive, tables, note),
    perfFiles: await perfFilesIn(archive, tables, note),
  };
}

async function statFileIn(
  archive: ArchiveEntry,
  tables: Tables,
  note: (sentence: string) => void,
): Promise<string | null> {
  const statFile = join(archive.folder, 'stat.parquet');
  if (!(await readdir(archive.folder)).includes('stat.parquet')) {
    note('it has no stat.parquet; rate, distribution and throughput are null');
    return null;
  }
  noteColumns('stat.parquet', await readableColumns(tables, statFile, 'stat'), note);
  return statFile;
}

async function perfFilesIn(
  archive: ArchiveEntry,
  tables: Tables,
  note: (sentence: string) => void,
): Promise<Record<string, string>> {
  const folder = join(archive.folder, 'perf');
  const files: Record<string, string> = {};
  for (const name of await readdir(folder).catch(() => [])) {
    const tool = /^(.+)\.parquet$/.exec(name)?.[1];
    if (tool === undefined) continue;
    try {
      const columns = await readableColumns(tables, join(folder, name), 'perf');
      await requireCounters(tables, join(folder, name));
      noteColumns(`perf/${name}`, columns, note);
      files[tool] = join(folder, name);
    } catch (error) {
      if (!(error instanceof RecordsError)) throw error;
      note(`perf/${name} is left out: ${error.message}`);
    }
  }
  return files;
}

function noteColumns(file: string, { missing, cast }: ColumnRemarks, note: (sentence: string) => void): void {
  if (missing.length > 0) note(`its ${file} has no ${missing.join(', ')}; null in its rows`);
  if (cast.length > 0) note(`its ${file}: ${cast.join(', ')}`);
}

function nothingLeft({ skipped }: Merged): string {
  if (skipped.length === 0) return 'there is no archive to compare';
  const reasons = skipped.map(({ name, problem }) => plainText(`${name}: ${problem}`)).join('; ');
  return `no archive can be read (${reasons})`;
}
