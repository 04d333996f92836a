import { ConfigError, EXIT } from '../common/errors.js';
import { parseFlags } from '../common/flags.js';
import { plainLines, plainText } from '../common/plain-text.js';

/**
 * `faaslab validate CONFIG…`: checks configs without a platform; `faaslab validate --deployment`: probes a platform.
 * @returns 0 when everything is as it should be; 2 for a config that cannot run, 1 for a platform that fails a step
 */
export async function validateCommand(args: string[]): Promise<number> {
  if (args.includes('--deployment')) {
    const { validateDeploymentCommand } = await import('../deployer/validate-command.js');
    return validateDeploymentCommand(args);
  }
  const parsed = await parseFlags(args, {
    name: 'faaslab validate',
    usage: ['CONFIG…', '--deployment [options]'],
    purpose:
      'Checks workload configs without a platform: every error of a file at once. With --deployment it probes a platform.',
    flags: { deployment: { type: 'boolean', describe: 'probe a platform (--deployment --help shows its flags)' } },
    takesWords: true,
  });
  if (parsed === null) return EXIT.done;
  if (parsed.words.length === 0) throw new ConfigError('which config? Name one or more files, or --deployment');
  let worst: number = EXIT.done;
  for (const path of parsed.words) worst = Math.max(worst, await validateConfig(path));
  return worst;
}

async function validateConfig(path: string): Promise<number> {
  const [{ loadWorkload }, { planOf, summarizePlan }, { FaaslabError }] = await Promise.all([
    import('../workload/load.js'),
    import('../workload/plan.js'),
    import('../common/errors.js'),
  ]);
  try {
    const workload = await loadWorkload(path);
    const { planned } = summarizePlan(planOf(workload), workload);
    for (const warning of workload.warnings) process.stderr.write(`warning: ${plainText(`${path}: ${warning}`)}\n`);
    const instances = workload.instances.length;
    process.stdout.write(
      `${plainText(path)}: valid: ${planned.toLocaleString('en')} invocations of ${instances} ${instances === 1 ? 'instance' : 'instances'} in ${workload.durationS} s\n`,
    );
    return EXIT.done;
  } catch (error) {
    if (!(error instanceof FaaslabError)) throw error;
    process.stderr.write(plainLines(`${error.message}\n`));
    return error.exitCode;
  }
}
