import { ConfigError, EXIT } from '../common/errors.js';
import { parseFlags } from '../common/flags.js';
import type { Step } from './probe.js';

/**
 * `faaslab validate --deployment`: walks the way of a test once for each runtime, and prints PASS or FAIL a step.
 * @returns 0 if every step passed, 1 if one failed, 130 after SIGINT or SIGTERM
 * @throws  ConfigError (no host, no key), PlatformError (unreachable, wrong key, certificate)
 */
export async function validateDeploymentCommand(args: string[]): Promise<number> {
  const parsed = await parseFlags(args, {
    name: 'faaslab validate',
    usage: '--deployment [options]',
    purpose: 'Creates a probe, sees it listed, invokes it, finds its record, deletes it: for each runtime.',
    flags: FLAGS,
  });
  if (parsed === null) return EXIT.done;
  const { flags } = parsed;
  if (flags.to === 'lambda') {
    throw new ConfigError('--to lambda: not supported yet; validate checks openwhisk by its REST API, and wsk');
  }
  const [{ findOpenWhiskTarget }, { LANGUAGES, probe }] = await Promise.all([
    import('./targets/find-openwhisk.js'),
    import('./probe.js'),
  ]);
  const notify = (notice: string): void => void process.stderr.write(`faaslab validate: ${notice}\n`);
  const byCli = flags.to === 'wsk';
  const target = await findOpenWhiskTarget(flags.insecure, notify, byCli ? 'wsk' : 'local_openwhisk');
  const client = byCli
    ? await (await import('./targets/wsk.js')).wskClient(target)
    : (await import('./targets/openwhisk.js')).openWhiskClient(target);
  const interruption = new AbortController();
  const interrupt = (): void => interruption.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  let passed = 0;
  let failed = 0;
  try {
    const executed = await client.languages();
    process.stdout.write(`OpenWhisk at ${target.access.apiHost}${byCli ? ' by wsk' : ''}\n`);
    for (const language of LANGUAGES) {
      if (interruption.signal.aborted) break;
      if (executed !== null && !executed.includes(language.name)) {
        process.stdout.write(`     ${language.name}: the platform does not execute it\n`);
        continue;
      }
      const report = ({ name, passed: ok, detail }: Step): void => {
        if (ok) passed += 1;
        else failed += 1;
        process.stdout.write(`${ok ? 'PASS' : 'FAIL'} ${name}: ${detail}\n`);
      };
      await probe(client, language, report, interruption.signal);
    }
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    await client.close();
  }
  if (interruption.signal.aborted) {
    process.stderr.write('faaslab validate: interrupted; the probe was deleted\n');
    return EXIT.interrupted;
  }
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed === 0 && passed > 0 ? EXIT.done : EXIT.failed;
}

const FLAGS = {
  deployment: { type: 'boolean', describe: 'probe the platform' },
  to: {
    type: 'string',
    choices: ['openwhisk', 'wsk', 'lambda'],
    default: 'openwhisk',
    describe: 'found by WHISK_APIHOST and WHISK_AUTH, or ~/.wskprops',
  },
  insecure: { alias: 'i', type: 'boolean', describe: 'accept a certificate that cannot be verified' },
  verbose: { alias: 'v', type: 'boolean', describe: 'show the stack of an error' },
} as const;
