import yargs from 'yargs';
import { EXIT } from '../common/errors.js';

/**
 * `faaslab validate CONFIG…`: checks configs without a platform; `faaslab validate --deployment`: probes a platform.
 * @returns 0 when everything is as it should be; 2 for a config that cannot run, 1 for a platform that fails a step
 */
export async function validateCommand(args: string[]): Promise<number> {
  if (args.includes('--deployment')) {
    const { validateDeploymentCommand } = await import('../deployer/validate-command.js');
    return validateDeploymentCommand(args);
  }
  let wrong: string | undefined;
  const flags = await yargs()
    .scriptName('faaslab validate')
    .usage('$0 CONFIG…\n\nChecks workload configs without a platform: every error of a file at once.')
    .option('deployment', {
      type: 'boolean',
      describe: 'probe a platform instead: create, list, invoke, find the record, delete (has flags of its own)',
    })
    .strictOptions()
    .version(false)
    .alias('h', 'help')
    .exitProcess(false)
    .fail((message) => (wrong = message))
    .parseAsync(args);
  if (flags['help'] === true) return EXIT.done;
  const paths = flags._.map(String);
  if (wrong !== undefined || paths.length === 0) {
    process.stderr.write(`faaslab validate: ${wrong ?? 'which config? Name one or more files, or --deployment'}\n`);
    return EXIT.usage;
  }
  let worst: number = EXIT.done;
  for (const path of paths) worst = Math.max(worst, await validateConfig(path));
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
    for (const warning of workload.warnings) process.stderr.write(`warning: ${path}: ${warning}\n`);
    const instances = workload.instances.length;
    process.stdout.write(
      `${path}: valid: ${planned.toLocaleString('en')} invocations of ${instances} ${instances === 1 ? 'instance' : 'instances'} in ${workload.durationS} s\n`,
    );
    return EXIT.done;
  } catch (error) {
    if (!(error instanceof FaaslabError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return error.exitCode;
  }
}
