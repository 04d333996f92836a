import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { plainText } from '../../common/plain-text.js';
import { hideSecrets, withoutSecretsIn } from '../../common/secrets.js';
import type { ArchiveEntry } from '../../records/archive-list.js';
import { withArchivedTests } from '../../records/archived-test.js';
import type { Manifest } from '../../records/manifest.js';
import { settingsOfRun, type Setting } from '../run-settings.js';
import { isoOf } from '../since.js';
import { countText } from '../wording.js';
import { sizeText, validityOf } from './list.js';
import { archiveNamed } from './named.js';

/** What a person asks of one archive; with `json` its whole manifest, but for secrets. Of a broken one why, and what is there. */
export async function showArchive(root: string, name: string, json: boolean): Promise<string> {
  const [archive] = (await withArchivedTests([await archiveNamed(root, name)])) as [ArchiveEntry];
  const files = await filesIn(archive.folder);
  if (json) {
    const { name: of, tags, problem, manifest } = archive;
    return `${JSON.stringify({ archive: of, tags, problem, archive_files: files, ...(withoutSecretsIn(manifest) as object) }, null, 2)}\n`;
  }
  const rows: [string, string][] = [
    ['archive', archive.name],
    ['test', archive.test],
    ['tags', archive.tags.join(', ')],
    ['started', archive.startEpochMs === null ? 'not known' : isoOf(archive.startEpochMs)],
    ...(archive.manifest === null ? [] : runRows(archive.manifest)),
    ['valid', validText(archive)],
    ['size', sizeText(archive.bytes)],
    ...files.map(({ file, bytes }, i): [string, string] => [i === 0 ? 'files' : '', `${file}  ${sizeText(bytes)}`]),
    ['folder', archive.folder],
  ];
  // The rows are parts of the manifest; a stranger's may hold what no archive of ours does.
  const shown = rows
    .filter(([, text]) => text !== '')
    .map(([word, text]): [string, string] => [word, hideSecrets(text)]);
  const width = Math.max(...shown.map(([word]) => word.length));
  const hint = archive.manifest === null ? [] : ['', 'with --json: the whole manifest'];
  return `${[...shown.map(([word, text]) => `${word.padEnd(width)}  ${plainText(text)}`), ...hint].join('\n')}\n`;
}

function validText(archive: ArchiveEntry): string {
  if (archive.problem !== null) return `broken: ${archive.problem}`;
  const { verdict } = archive.manifest!;
  return [validityOf(archive), ...(verdict?.reasons ?? [])].join(' ');
}

function runRows(manifest: Manifest): [string, string][] {
  const { run_id, start_epoch_ms, end_epoch_ms, ledger, status, lateness_ms, activations, warnings } = manifest;
  const lasted =
    typeof start_epoch_ms === 'number' && typeof end_epoch_ms === 'number'
      ? `${((end_epoch_ms - start_epoch_ms) / 1_000).toFixed(1)} s`
      : '';
  const { machine, surroundings } = settingsOfRun({ manifest });
  const settings = (map: Map<string, Setting>) => [...map].map(([word, { text }]) => `${word} ${text}`).join(' · ');
  return [
    ['run', run_id],
    ['lasted', [lasted, status === 'complete' ? '' : `${status}`].filter((text) => text !== '').join(', ')],
    ['rows', ledgerText(ledger)],
    ...instanceRows(manifest.config ?? {}),
    ['seed', manifest.seed === undefined ? '' : String(manifest.seed)],
    ['lateness', typeof lateness_ms?.p99 === 'number' ? `p99 ${lateness_ms.p99.toFixed(2)} ms` : ''],
    ['activations', activations?.missing ? `${countText(activations.missing, 'activation')} missing` : ''],
    ['machine', settings(machine)],
    ['platform', settings(surroundings)],
    ['warnings', (warnings ?? []).join('; ')],
  ];
}

function ledgerText(ledger: Partial<Manifest['ledger']> | undefined): string {
  const { planned, ...ended } = ledger ?? {};
  if (planned === undefined) return '';
  const told = Object.entries(ended).filter(([, n]) => n > 0);
  return `${planned.toLocaleString('en-US')} planned: ${told.map(([how, n]) => `${n.toLocaleString('en-US')} ${how}`).join(', ')}`;
}

/** Instances beyond these are counted. */
const MOST_INSTANCES = 20;

function instanceRows(config: Record<string, unknown>): [string, string][] {
  const instances = Object.entries((config['instances'] ?? {}) as Record<string, Record<string, unknown> | null>);
  const rows = instances.slice(0, MOST_INSTANCES).map(([name, instance], i): [string, string] => {
    const { application, distribution, rate, activity_window } = instance ?? {};
    const of = [application, distribution, rate === undefined ? null : `${textOf(rate)}/s`];
    const window = Array.isArray(activity_window) ? [`from ${activity_window[0]} to ${activity_window[1]} s`] : [];
    const words = [...of, ...window].filter((each) => each !== undefined && each !== null);
    return [i === 0 ? 'instances' : '', `${name}: ${words.map(textOf).join(', ')}`];
  });
  const more = instances.length - MOST_INSTANCES;
  return more > 0 ? [...rows, ['', `and ${countText(more, 'more instance')}`]] : rows;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

async function filesIn(folder: string): Promise<{ file: string; bytes: number }[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const sizes = files.map(async (file) => ({
    file: relative(folder, file),
    bytes: await stat(file).then(
      ({ size }) => size,
      () => 0,
    ),
  }));
  return (await Promise.all(sizes)).sort((a, b) => (a.file < b.file ? -1 : 1));
}
