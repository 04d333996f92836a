import { open, readFile, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { messageOf, RecordsError, systemErrorCode } from '../common/errors.js';
import type { Manifest } from './manifest.js';

/** What lies in an archive folder: an archive that can be read, or something that cannot, with the reason. */
export interface ArchiveEntry {
  /** the folder's name */
  name: string;
  folder: string;
  /** the test's name by the manifest (archived-test.ts knows under which name it was archived); of a broken archive the folder's, decoded, without its time */
  test: string;
  /** null exactly when there is a problem */
  manifest: Manifest | null;
  /** why it cannot be used, in words; null for a whole archive */
  problem: string | null;
  /** the test's start; of a broken archive the time in its name, null where that says nothing */
  startEpochMs: number | null;
  bytes: number;
  /** names given by `faaslab archives tag` */
  tags: string[];
}

/** Where tags of an archive stand, beside its tables. */
export const TAGS_FILE = 'tags.json';

/** Tables without which an archive says nothing, or that were cut off while they were copied. */
const REQUIRED_TABLES = ['test.parquet'];
const OTHER_TABLES = ['stat.parquet', 'config.parquet'];

/**
 * Every archive under `root`, the oldest test first; broken ones and the predecessor's pickles stand in the list with
 * their reason, so that nothing is left out in silence. A pickle is never read: opening one runs what is written in it.
 *
 * @throws RecordsError if the folder is missing or cannot be listed
 */
export async function listArchives(root: string): Promise<ArchiveEntry[]> {
  const names = await namesIn(root);
  const entries: ArchiveEntry[] = [];
  for (const name of names) {
    const entry = await entryOf(join(root, name));
    if (entry !== null) entries.push(entry);
  }
  return entries.sort(
    (a, b) => (a.startEpochMs ?? -Infinity) - (b.startEpochMs ?? -Infinity) || (a.name < b.name ? -1 : 1),
  );
}

async function namesIn(root: string): Promise<string[]> {
  try {
    return (await readdir(root)).filter((name) => !name.startsWith('.') && !name.endsWith('.part'));
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') {
      throw new RecordsError(`${root}: there is no archive folder here; WorkloadAnalyzer -a makes one`);
    }
    throw new RecordsError(`${root}: the archive folder cannot be read: ${messageOf(error)}`);
  }
}

async function entryOf(folder: string): Promise<ArchiveEntry | null> {
  const name = basename(folder);
  const found = await stat(folder).catch(() => null);
  const entry = { name, folder, test: testInName(name), startEpochMs: startInName(name), tags: [] };
  if (found === null) return { ...entry, manifest: null, problem: 'it cannot be read (a dangling link?)', bytes: 0 };
  if (!found.isDirectory()) {
    // Other loose files (a README, say) are nobody's archive.
    if (!name.endsWith('.pkl')) return null;
    const problem =
      'a pickle of FaaSProfiler, which is never opened since it may run code; archive the run anew with -a';
    return { ...entry, manifest: null, problem, bytes: found.size };
  }
  const bytes = await bytesUnder(folder);
  try {
    const manifest = await archiveManifest(folder);
    for (const table of REQUIRED_TABLES) await requireWholeParquet(join(folder, table), true);
    for (const table of OTHER_TABLES) await requireWholeParquet(join(folder, table), false);
    const startEpochMs = manifest.start_epoch_ms ?? entry.startEpochMs;
    const { test_name: test } = manifest;
    return { ...entry, test, manifest, problem: null, startEpochMs, bytes, tags: await tagsOf(folder) };
  } catch (error) {
    if (!(error instanceof RecordsError)) throw error;
    return { ...entry, manifest: null, problem: error.message, bytes };
  }
}

async function archiveManifest(folder: string): Promise<Manifest> {
  let manifest: Partial<Manifest> | null;
  try {
    manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as Partial<Manifest> | null;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') throw new RecordsError('it has no manifest.json');
    throw new RecordsError(`its manifest.json cannot be read: ${messageOf(error)}`);
  }
  if (typeof manifest !== 'object' || manifest === null) throw new RecordsError('its manifest.json is no manifest');
  if (manifest.format !== 'faaslab-run/1') {
    throw new RecordsError(`its manifest.json has the format ${JSON.stringify(manifest.format)}, not "faaslab-run/1"`);
  }
  for (const key of ['run_id', 'test_name'] as const) {
    if (typeof manifest[key] !== 'string' || manifest[key] === '') {
      throw new RecordsError(`its manifest.json has no ${key}`);
    }
  }
  const start = manifest.start_epoch_ms ?? null;
  if (start !== null && !Number.isFinite(start))
    throw new RecordsError('its manifest.json has no usable start_epoch_ms');
  return { ...(manifest as Manifest), start_epoch_ms: start };
}

/** A Parquet file begins and ends with PAR1; one that was cut off does not. */
async function requireWholeParquet(path: string, required: boolean): Promise<void> {
  const name = basename(path);
  let file;
  try {
    file = await open(path);
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw new RecordsError(`its ${name} cannot be read: ${messageOf(error)}`);
    if (required) throw new RecordsError(`it has no ${name}`);
    return;
  }
  try {
    const { size } = await file.stat();
    const mark = Buffer.alloc(4);
    if (size >= 12) await file.read(mark, 0, 4, size - 4);
    if (mark.toString('latin1') !== 'PAR1') throw new RecordsError(`its ${name} is cut off or damaged`);
  } finally {
    await file.close();
  }
}

async function bytesUnder(folder: string): Promise<number> {
  let bytes = 0;
  for (const file of await readdir(folder, { withFileTypes: true, recursive: true })) {
    // Links are not followed; what was removed meanwhile has no size.
    if (file.isFile()) bytes += (await stat(join(file.parentPath, file.name)).catch(() => ({ size: 0 }))).size;
  }
  return bytes;
}

async function tagsOf(folder: string): Promise<string[]> {
  try {
    const tags = JSON.parse(await readFile(join(folder, TAGS_FILE), 'utf8')) as unknown;
    return Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : [];
  } catch {
    return [];
  }
}

const NAME = /^(\d{4})_(\d\d)_(\d\d)_(\d\d)_(\d\d)_(\d\d)_(.*)$/s;

function testInName(name: string): string {
  const encoded = NAME.exec(name)?.[7] ?? name;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}

function startInName(name: string): number | null {
  const [, year, month, day, hour, minute, second] = NAME.exec(name) ?? [];
  const epochMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(epochMs) ? null : epochMs;
}
