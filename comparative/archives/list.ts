import { plainText } from '../../common/plain-text.js';
import { listArchives, type ArchiveEntry } from '../../records/archive-list.js';
import { withArchivedTests } from '../../records/archived-test.js';
import { isoOf } from '../since.js';

/** A line an archive: start, test, planned rows, validity, size, tags; broken ones with their reason. */
export async function listText(root: string, json: boolean): Promise<string> {
  const archives = await withArchivedTests(await listArchives(root));
  if (json) return `${JSON.stringify(archives.map(listed), null, 2)}\n`;
  if (archives.length === 0) return `${root}: no archives\n`;
  const rows = archives.map((archive) => [
    archive.startEpochMs === null ? '?' : isoOf(archive.startEpochMs),
    plainText(archive.test),
    archive.manifest?.ledger?.planned?.toLocaleString('en-US') ?? '–',
    validityOf(archive),
    sizeText(archive.bytes),
    archive.tags.map((tag) => plainText(tag)).join(', '),
    plainText(archive.name) + (archive.problem === null ? '' : `  (${plainText(archive.problem)})`),
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

/** ✓ or ✗ by the run's own verdict; `?` where it has none. */
export function validityOf({ manifest, problem }: ArchiveEntry): string {
  if (problem !== null) return 'broken';
  const valid = manifest?.verdict?.valid;
  return valid === undefined ? '?' : valid ? '✓' : '✗';
}

export function sizeText(bytes: number): string {
  if (bytes < 1_000_000) return `${(bytes / 1_000).toFixed(0)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
