import { ConfigError, EXIT } from '../common/errors.js';
import { parseFlags } from '../common/flags.js';
import { plainJson, plainLines, plainText } from '../common/plain-text.js';

/**
 * `faaslab archives [list | show NAME | tag NAME TAG… | remove NAME…]`: what is kept for comparison.
 * @returns 0 done; 1 no such archive folder or archive; 2 usage, or what must not be removed
 */
export async function archivesCommand(args: string[]): Promise<number> {
  const parsed = await parseFlags(args, {
    name: 'faaslab archives',
    usage: ['[list]', 'show NAME', 'tag NAME TAG…', 'remove NAME…'],
    purpose:
      'What is kept for comparison: lists every archive, the oldest test first; shows one (--json: its whole manifest); gives one tags by\n' +
      'which it can be a side of a comparison (no tag: takes them away); removes archives.',
    flags: {
      archive: { type: 'string', value: 'DIR', default: 'data_archive', describe: 'where archives lie' },
      json: { type: 'boolean', describe: 'as one JSON document' },
    },
    takesWords: true,
  });
  if (parsed === null) return EXIT.done;
  const [action = 'list', ...names] = parsed.words;
  const { archive, json } = parsed.flags;
  const text = await done(action, names, archive, json);
  process.stdout.write(json ? plainJson(text) : plainLines(text));
  return EXIT.done;
}

async function done(action: string, names: string[], root: string, json: boolean): Promise<string> {
  if (action === 'list') {
    if (names.length > 0)
      throw new ConfigError(`faaslab archives list takes no names, got ${plainText(names.join(' '))}`);
    return (await import('./archives/list.js')).listText(root, json);
  }
  const [name] = names;
  if (!['show', 'tag', 'remove'].includes(action)) {
    throw new ConfigError(`faaslab archives ${plainText(action)}: unknown; list, show, tag or remove`);
  }
  if (name === undefined)
    throw new ConfigError(`faaslab archives ${action}: which one? faaslab archives lists their names`);
  if (json && action !== 'show') throw new ConfigError(`faaslab archives ${action} has no --json; list and show do`);
  if (action === 'remove') return (await import('./archives/remove.js')).removeArchives(root, names);
  if (action === 'tag') return (await import('./archives/tag.js')).tagArchive(root, name, names.slice(1));
  if (names.length > 1) throw new ConfigError('faaslab archives show takes one name');
  return (await import('./archives/show.js')).showArchive(root, name, json);
}
