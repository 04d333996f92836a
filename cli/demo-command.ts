import { EXIT } from '../common/errors.js';
import { parseFlags } from '../common/flags.js';

/** `faaslab demo`: takes no flags but --help; the story is in demo.ts. */
export async function demoCommand(args: string[]): Promise<number> {
  const parsed = await parseFlags(args, {
    name: 'faaslab demo',
    usage: '',
    purpose:
      'Starts the embedded platform, deploys real functions, runs two workloads, explains the first and compares both.\n' +
      'Writes runs/, data_archive/ and comparisons/ in the working directory; takes about half a minute.',
    flags: {},
  });
  if (parsed === null) return EXIT.done;
  const { demo } = await import('./demo.js');
  return demo();
}
