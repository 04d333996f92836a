import { ConfigError, EXIT } from '../common/errors.js';
import { parseFlags, type Flags } from '../common/flags.js';
import { checkAddress } from './address.js';
import type { Step } from './probe.js';
import type { ProbedPlatform } from './probed-platform.js';

/**
 * `faaslab validate --deployment`: walks the way of a test once for each runtime, and prints PASS or FAIL a step.
 * @returns 0 if every step passed, 1 if one failed, 130 after SIGINT or SIGTERM
 * @throws  ConfigError (no host, no key, no role), PlatformError (unreachable, wrong key, certificate)
 */
export async function validateDeploymentCommand(args: string[]): Promise<number> {
  const parsed = await parseFlags(args, {
    name: 'faaslab validate',
    usage: '--deployment [options]',
    purpose: 'Creates a probe, sees it listed, invokes it, finds its record, deletes it: for each runtime.',
    flags: FLAGS,
  });
  if (parsed === null) return EXIT.done;
  const [platform, { LANGUAGES }, { probe }] = await Promise.all([
    findPlatform(parsed.flags),
    import('./probed-platform.js'),
    import('./probe.js'),
  ]);
  const interruption = new AbortController();
  const interrupt = (): void => interruption.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const count = { passed: 0, failed: 0 };
  function report({ name, passed, detail }: Step): void {
    count[passed ? 'passed' : 'failed'] += 1;
    process.stdout.write(`${passed ? 'PASS' : 'FAIL'} ${name}: ${detail}\n`);
  }
  try {
    const executed = await platform.languages();
    process.stdout.write(`${platform.title}\n`);
    for (const language of LANGUAGES) {
      if (interruption.signal.aborted) break;
      if (executed !== null && !executed.includes(language)) {
        process.stdout.write(`     ${language}: the platform does not execute it\n`);
        continue;
      }
      await probe(platform, language, report, interruption.signal);
    }
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    await platform.close();
  }
  if (interruption.signal.aborted) {
    process.stderr.write('faaslab validate: interrupted; the probe was deleted\n');
    return EXIT.interrupted;
  }
  process.stdout.write(`${count.passed} passed, ${count.failed} failed\n`);
  return count.failed === 0 && count.passed > 0 ? EXIT.done : EXIT.failed;
}

async function findPlatform(flags: Flags<typeof FLAGS>): Promise<ProbedPlatform> {
  const { to, 'endpoint-url': endpointUrl, role, insecure } = flags;
  if (endpointUrl !== undefined) checkAddress(endpointUrl);
  if (to === 'lambda') {
    const [{ findLambdaTarget }, { probedLambda }] = await Promise.all([
      import('./targets/find-lambda.js'),
      import('./targets/lambda-probe.js'),
    ]);
    return probedLambda(await findLambdaTarget({ endpointUrl, role, insecure }));
  }
  if (role !== undefined) throw new ConfigError(`--role: only functions of Lambda have one, not ${to}'s`);
  const [{ findOpenWhiskTarget }, { probedOpenWhisk }] = await Promise.all([
    import('./targets/find-openwhisk.js'),
    import('./targets/openwhisk-probe.js'),
  ]);
  const notify = (notice: string): void => void process.stderr.write(`faaslab validate: ${notice}\n`);
  const byCli = to === 'wsk';
  const target = await findOpenWhiskTarget(insecure, notify, byCli ? 'wsk' : 'local_openwhisk', endpointUrl);
  const client = byCli
    ? await (await import('./targets/wsk.js')).wskClient(target)
    : (await import('./targets/openwhisk.js')).openWhiskClient(target);
  return probedOpenWhisk(`OpenWhisk at ${target.access.apiHost}${byCli ? ' by wsk' : ''}`, client);
}

const FLAGS = {
  deployment: { type: 'boolean', describe: 'probe the platform' },
  to: {
    type: 'string',
    choices: ['openwhisk', 'wsk', 'lambda'],
    default: 'openwhisk',
    describe: 'found by WHISK_APIHOST and WHISK_AUTH, or ~/.wskprops; lambda by AWS_*',
  },
  'endpoint-url': { type: 'string', describe: 'the address of the platform, before that of the environment' },
  role: { type: 'string', describe: 'ARN of what a function of Lambda runs as; default FAASLAB_LAMBDA_ROLE' },
  insecure: { alias: 'i', type: 'boolean', describe: 'accept a certificate that cannot be verified' },
  verbose: { alias: 'v', type: 'boolean', describe: 'show the stack of an error' },
} as const;
