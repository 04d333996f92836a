import yargs from 'yargs';
import { EXIT } from '../common/errors.js';

/** `faaslab demo`: takes no flags but --help; the story is in demo.ts. */
export async function demoCommand(args: string[]): Promise<number> {
  let wrong: string | undefined;
  const flags = await yargs()
    .scriptName('faaslab demo')
    .usage(
      '$0\n\nStarts the embedded platform, deploys real functions, runs two workloads, explains the first and compares both.\n' +
        'Writes runs/, data_archive/ and comparisons/ in the working directory; takes about half a minute.',
    )
    .strict()
    .version(false)
    .alias('h', 'help')
    .exitProcess(false)
    .fail((message) => (wrong = message))
    .parseAsync(args);
  if (flags['help'] === true) return EXIT.done;
  if (wrong !== undefined) {
    process.stderr.write(`faaslab demo: ${wrong}\n`);
    return EXIT.usage;
  }
  const { demo } = await import('./demo.js');
  return demo();
}
