import { lstat, readFile, readdir, realpath, rm } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { ConfigError } from '../../common/errors.js';
import { plainText } from '../../common/plain-text.js';
import type { ArchiveEntry } from '../../records/archive-list.js';
import { whyNotInside } from './inside.js';
import { archiveNamed } from './named.js';

/**
 * Deletes archives, whole or broken; one that is named twice once. All names are looked up before the first is deleted, and only what lies directly in the
 * archive folder, is no link, carries nothing of another file system and holds nothing but what archives hold is deleted.
 * @throws ConfigError  naming what is not to be deleted; then nothing was
 * @throws RecordsError if there is no archive of a name; then nothing was deleted either
 */
export async function removeArchives(root: string, names: string[]): Promise<string> {
  const archives: ArchiveEntry[] = [];
  for (const name of new Set(names)) {
    const archive = await archiveNamed(root, name);
    await requireInside(root, archive);
    archives.push(archive);
  }
  for (const { folder } of archives) await rm(folder, { recursive: true, force: true });
  return archives.map(({ name }) => `removed ${plainText(name)}\n`).join('');
}

async function requireInside(root: string, archive: ArchiveEntry): Promise<void> {
  const { folder, name } = archive;
  const refused = (why: string) => new ConfigError(`${plainText(name)}: ${why}; nothing was removed`);
  const why = await whyNotInside(root, archive);
  if (why !== null) throw refused(why);
  // A pickle of the predecessor: one file.
  const found = await lstat(folder);
  if (!found.isDirectory()) return;
  // --archive may name any folder by mistake: what no archive holds is not ours to delete.
  const stranger = await strangerIn(folder);
  if (stranger !== null) throw refused(`it holds ${stranger}, which no archive does; remove it by hand`);
  const [home, own] = [await realpath(root), await realpath(folder)];
  if (
    found.dev !== (await lstat(home)).dev ||
    (await mounts()).some((path) => path === own || path.startsWith(own + sep))
  )
    throw refused('something else is mounted in it');
}

/** What an archive may hold, of this version or another: its manifest, its tags, tables, and tables of monitors. */
async function strangerIn(folder: string): Promise<string | null> {
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries) {
    if (entry.name === 'perf' && entry.isDirectory()) {
      const tables = await readdir(join(folder, 'perf'), { withFileTypes: true });
      const other = tables.find((table) => !table.isFile() || !table.name.endsWith('.parquet'));
      if (other !== undefined) return plainText(join('perf', other.name));
    } else if (!entry.isFile() || !/^(manifest\.json|tags\.json|.*\.parquet)$/.test(entry.name)) {
      return plainText(entry.name);
    }
  }
  return null;
}

/** Where file systems are mounted, bind mounts too, which have the device of what they show; empty where nobody tells. */
async function mounts(): Promise<string[]> {
  const text = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '');
  // The fifth field; blanks and backslashes in it are octal (proc_pid_mountinfo(5)).
  return text
    .split('\n')
    .flatMap((line) => line.split(' ')[4] ?? [])
    .map((path) =>
      path.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))),
    );
}
