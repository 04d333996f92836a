import { lstat, readdir, realpath, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ConfigError } from '../common/errors.js';
import { writeFileAtomic } from '../common/files.js';
import { listArchives, TAGS_FILE, type ArchiveEntry } from '../records/archive-list.js';
import { isoOf } from './since.js';

/** A line an archive: start, test, planned rows, validity, size, tags; broken ones with their reason. */
export async function listText(root: string, json: boolean): Promise<string> {
  const archives = await listArchives(root);
  if (json) return `${JSON.stringify(archives.map(listed), null, 2)}\n`;
  if (archives.length === 0) return `${root}: no archives\n`;
  const rows = archives.map((archive) => [
    archive.startEpochMs === null ? '?' : isoOf(archive.startEpochMs),
    visible(archive.test),
    archive.manifest === null ? '–' : (archive.manifest.ledger?.planned ?? 0).toLocaleString('en-US'),
    validityOf(archive),
    sizeText(archive.bytes),
    archive.tags.map(visible).join(', '),
    visible(archive.name) + (archive.problem === null ? '' : `  (${visible(archive.problem)})`),
  ]);
  const heading = ['started', 'test', 'rows', 'valid', 'size', 'tags', 'name'];
  const widths = heading.map((_, i) => Math.max(...[heading, ...rows].map((row) => row[i]!.length)));
  const line = (row: string[]) =>
    row
      .map((cell, i) => (i === 2 || i === 4 ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd();
  return `${[heading, ...rows].map(line).join('\n')}\n`;
}

function listed({ name, test, startEpochMs, bytes, tags, problem, manifest }: ArchiveEntry) {
  return {
    name,
    test,
    run_id: manifest?.run_id ?? null,
    start_epoch_ms: startEpochMs,
    planned: manifest?.ledger?.planned ?? null,
    valid: manifest?.verdict?.valid ?? null,
    bytes,
    tags,
    problem,
  };
}

function validityOf({ manifest, problem }: ArchiveEntry): string {
  if (problem !== null) return 'broken';
  return manifest?.verdict?.valid === true ? '✓' : '✗';
}

function sizeText(bytes: number): string {
  if (bytes < 1_000_000) return `${(bytes / 1_000).toFixed(0)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** The manifest of one archive, as it lies there. */
export async function showArchive(root: string, name: string): Promise<string> {
  const archive = await archiveNamed(root, name);
  if (archive.manifest === null) throw new ConfigError(`${name}: ${archive.problem}`);
  return `${JSON.stringify({ archive: archive.name, tags: archive.tags, ...archive.manifest }, null, 2)}\n`;
}

/** Gives an archive its tags, in place of earlier ones. */
export async function tagArchive(root: string, name: string, tags: string[]): Promise<string> {
  const archive = await archiveNamed(root, name);
  if (archive.problem !== null) throw new ConfigError(`${name}: ${archive.problem}`);
  const distinct = [...new Set(tags)];
  await writeFileAtomic(join(archive.folder, TAGS_FILE), `${JSON.stringify(distinct)}\n`);
  return `${archive.name}: ${distinct.length === 0 ? 'no tags' : `tagged ${distinct.join(', ')}`}\n`;
}

/**
 * Deletes archives. All names are looked up before the first is deleted, and only what lies directly in the archive folder
 * is: no path, no link that leads elsewhere.
 * @throws ConfigError naming what is not an archive here; then nothing was deleted
 */
export async function removeArchives(root: string, names: string[]): Promise<string> {
  const archives: ArchiveEntry[] = [];
  for (const name of names) {
    const archive = await archiveNamed(root, name);
    await requireInside(root, archive);
    archives.push(archive);
  }
  for (const { folder } of archives) await rm(folder, { recursive: true, force: true });
  return archives.map(({ name }) => `removed ${name}\n`).join('');
}

async function archiveNamed(root: string, name: string): Promise<ArchiveEntry> {
  const found = (await listArchives(root)).find((archive) => archive.name === name);
  if (found === undefined) {
    throw new ConfigError(
      `${JSON.stringify(name)}: no archive of this name in ${root}; faaslab archives lists their names`,
    );
  }
  return found;
}

async function requireInside(root: string, { folder, name }: ArchiveEntry): Promise<void> {
  // --archive may name any folder by mistake: what does not look like an archive of ours is not ours to delete.
  const inside = await readdir(folder).catch((): string[] => []);
  if (!inside.includes('manifest.json') && !inside.includes('test.parquet')) {
    throw new ConfigError(
      `${name}: it holds neither manifest.json nor test.parquet, so it may be no archive; remove it by hand`,
    );
  }
  const link = (await lstat(folder)).isSymbolicLink();
  if (link || dirname(await realpath(folder)) !== (await realpath(root))) {
    throw new ConfigError(`${name}: it lies outside ${root} (a link); nothing was removed`);
  }
}

/** Control characters in a name could move the cursor of the terminal. */
function visible(text: string): string {
  // eslint-disable-next-line no-control-regex -- these characters are what is looked for
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd');
}
