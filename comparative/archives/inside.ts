import { lstat, realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ArchiveEntry } from '../../records/archive-list.js';

/** Why an archive must not be changed: it lies elsewhere, reached by a link; null where it lies in the archive folder itself. */
export async function whyNotInside(root: string, { folder }: Pick<ArchiveEntry, 'folder'>): Promise<string | null> {
  const found = await lstat(folder);
  if (found.isSymbolicLink()) return `it is a link, and what it leads to lies outside ${root}`;
  return dirname(await realpath(folder)) === (await realpath(root)) ? null : `it lies outside ${root}`;
}
