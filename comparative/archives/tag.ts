import { join } from 'node:path';
import { ConfigError } from '../../common/errors.js';
import { writeFileAtomic } from '../../common/files.js';
import { plainText } from '../../common/plain-text.js';
import { listArchives, TAGS_FILE } from '../../records/archive-list.js';
import { withArchivedTests } from '../../records/archived-test.js';
import { whyNotInside } from './inside.js';
import { archiveNamed } from './named.js';

/**
 * Gives an archive its tags, in place of earlier ones.
 * @throws ConfigError if the archive is broken or lies elsewhere, or a tag could not be meant as a side: it is empty, or a test or a run goes by
 *                     that name
 */
export async function tagArchive(root: string, name: string, tags: string[]): Promise<string> {
  const archive = await archiveNamed(root, name);
  if (archive.problem !== null) throw new ConfigError(plainText(`${name}: ${archive.problem}`));
  const why = await whyNotInside(root, archive);
  if (why !== null) throw new ConfigError(plainText(`${name}: ${why}; nothing was tagged`));
  const distinct = [...new Set(tags)];
  const all = await withArchivedTests(await listArchives(root));
  for (const tag of distinct) {
    if (tag.trim() === '') throw new ConfigError('a tag is empty; nothing could be named by it');
    if (plainText(tag) !== tag) throw new ConfigError(`${JSON.stringify(tag)}: a tag holds no control characters`);
    const namesake = all.find(({ test, manifest }) => test === tag || manifest?.run_id === tag);
    if (namesake !== undefined) {
      const what = namesake.test === tag ? 'a test' : 'a run';
      throw new ConfigError(`${JSON.stringify(tag)}: ${what} goes by this name, and as a side it would mean that`);
    }
  }
  await writeFileAtomic(join(archive.folder, TAGS_FILE), `${JSON.stringify(distinct)}\n`);
  return `${plainText(archive.name)}: ${distinct.length === 0 ? 'no tags' : `tagged ${distinct.join(', ')}`}\n`;
}
