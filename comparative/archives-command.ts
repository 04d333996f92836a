import yargs from 'yargs';
import { ConfigError, EXIT } from '../common/errors.js';

/**
 * `faaslab archives [list | show NAME | tag NAME TAG… | remove NAME…]`: what is kept for comparison.
 * @returns 0 done; 1 no such archive folder; 2 usage, or an archive that is not there
 */
export async function archivesCommand(args: string[]): Promise<number> {
  let wrong: string | undefined;
  const parsed = await yargs()
    .scriptName('faaslab archives')
    .usage(
      '$0 [list]              every archive, the oldest test first\n' +
        '$0 show NAME           its manifest\n' +
        '$0 tag NAME TAG…       names by which it can be a side of a comparison (none: removes its tags)\n' +
        '$0 remove NAME…        deletes archives',
    )
    .option('archive', { type: 'string', requiresArg: true, default: 'data_archive', describe: 'where archives lie' })
    .option('json', { type: 'boolean', default: false, describe: 'as JSON' })
    // A tag such as 1.0 is a name, not a number.
    .parserConfiguration({ 'parse-numbers': false, 'parse-positional-numbers': false })
    .strictOptions()
    .version(false)
    .alias('h', 'help')
    .exitProcess(false)
    .fail((message) => (wrong = message))
    .parseAsync(args);
  if (wrong !== undefined) throw new ConfigError(`${wrong} (faaslab archives --help shows how)`);
  if (args.includes('--help') || args.includes('-h')) return EXIT.done;
  if (Array.isArray(parsed.archive)) throw new ConfigError('--archive is given more than once');
  const [action = 'list', ...names] = parsed._.map(String);
  process.stdout.write(await done(action, names, parsed.archive, parsed.json));
  return EXIT.done;
}

async function done(action: string, names: string[], root: string, json: boolean): Promise<string> {
  const { listText, removeArchives, showArchive, tagArchive } = await import('./archives.js');
  if (action === 'list') {
    if (names.length > 0) throw new ConfigError(`faaslab archives list takes no names, got ${names.join(' ')}`);
    return listText(root, json);
  }
  const [name] = names;
  if (!['show', 'tag', 'remove'].includes(action)) {
    throw new ConfigError(`faaslab archives ${action}: unknown; list, show, tag or remove`);
  }
  if (name === undefined)
    throw new ConfigError(`faaslab archives ${action}: which one? faaslab archives lists their names`);
  if (action === 'remove') return removeArchives(root, names);
  if (action === 'tag') return tagArchive(root, name, names.slice(1));
  if (names.length > 1) throw new ConfigError('faaslab archives show takes one name');
  return showArchive(root, name);
}
