import { ConfigError, RecordsError } from '../../common/errors.js';
import { listArchives, type ArchiveEntry } from '../../records/archive-list.js';

/**
 * The archive of a name, among those that lie in the folder: a path is none.
 * @throws ConfigError  for a path
 * @throws RecordsError if there is none of this name
 */
export async function archiveNamed(root: string, name: string): Promise<ArchiveEntry> {
  if (/[/\\\0]/.test(name) || name === '.' || name === '..') {
    throw new ConfigError(`${JSON.stringify(name)}: a path; archives go by the names that faaslab archives lists`);
  }
  const found = (await listArchives(root)).find((archive) => archive.name === name);
  if (found === undefined) {
    throw new RecordsError(
      `${JSON.stringify(name)}: no archive of this name in ${root}; faaslab archives lists their names`,
    );
  }
  return found;
}
