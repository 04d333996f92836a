import { join } from 'node:path';
import type { ArchiveEntry } from './archive-list.js';
import { openTables, quoteText, type Tables } from './tables.js';

/**
 * The name under which a run was archived, and by which it is a side of a comparison: the config's, or what `--override_testname`
 * made of it. It stands in each row of `test.parquet`; the folder's name says it only until somebody renames the folder, and
 * not at all where the name was too long for one.
 * @returns null where the table has no such column (of an older version), or no row
 */
export async function archivedTest(testFile: string, tables: Tables): Promise<string | null> {
  const [row] = await tables
    .query<{ test: string | null }>(`SELECT test FROM read_parquet(${quoteText(testFile)}) LIMIT 1`)
    .catch(() => []);
  return typeof row?.test === 'string' ? row.test : null;
}

/** The same archives with the names of their tests as a comparison knows them; without a database where none can be read. */
export async function withArchivedTests(archives: ArchiveEntry[]): Promise<ArchiveEntry[]> {
  if (archives.every(({ problem }) => problem !== null)) return archives;
  const tables = await openTables({ cacheFiles: false });
  try {
    const named: ArchiveEntry[] = [];
    for (const archive of archives) {
      const test = archive.problem === null ? await archivedTest(join(archive.folder, 'test.parquet'), tables) : null;
      named.push(test === null ? archive : { ...archive, test });
    }
    return named;
  } finally {
    tables.close();
  }
}
