import { relative } from 'node:path';
import { ConfigError, EXIT } from '../common/errors.js';
import type { PlatformAccess } from '../platforms/access.js';
import type { Workload } from '../workload/model.js';
import { type FlagSpec, helpText } from './help.js';
import type { RunResult } from './run.js';

export interface InvokerContext {
  /** as the user called it: `WorkloadInvoker`, `faaslab invoke` */
  name: string;
  /** starts the embedded platform around a run; what `--embedded` does */
  withEmbedded?: (workload: Workload, run: (access: PlatformAccess) => Promise<RunResult>) => Promise<RunResult>;
}

interface Flags {
  config: string | undefined;
  out: string;
  dryRun: boolean;
  planOut: string | undefined;
  embedded: boolean;
  replay: string | undefined;
  insecure: boolean;
  json: boolean;
  verbose: boolean;
}

/**
 * `WorkloadInvoker`: reads a config, fires its plan, records what came of it.
 * Modules that take long to load are imported by the step that needs them: `--help` loads yargs only.
 * @returns the exit code
 */
export async function invokerCommand(args: string[], context: InvokerContext): Promise<number> {
  const flags = await parseFlags(args, context.name);
  if (typeof flags === 'number') return flags;
  if (flags.embedded && context.withEmbedded === undefined) {
    throw new ConfigError('--embedded is not known here; use WorkloadInvoker or faaslab invoke');
  }
  const workload = await loadFrom(flags);
  if (flags.planOut !== undefined || flags.dryRun) await showPlan(workload, flags);
  return flags.dryRun ? EXIT.done : runAndReport(workload, flags, context);
}

const FLAGS: Record<string, FlagSpec> = {
  config: { alias: 'c', type: 'string', value: 'FILE', requiresArg: true, describe: 'the workload config' },
  out: { alias: 'o', type: 'string', value: 'DIR', requiresArg: true, default: 'runs', describe: 'where runs go' },
  'dry-run': { type: 'boolean', default: false, describe: 'print the plan and stop' },
  'plan-out': { type: 'string', value: 'FILE', requiresArg: true, describe: 'write the plan to a CSV file' },
  embedded: { type: 'boolean', default: false, describe: 'run on the embedded platform, started for this run' },
  replay: { type: 'string', value: 'RUN_DIR', requiresArg: true, describe: 'the plan of an earlier run once more' },
  insecure: { alias: 'i', type: 'boolean', default: false, describe: 'accept a certificate that cannot be verified' },
  json: { type: 'boolean', default: false, describe: 'the result as one JSON document on stdout' },
  verbose: { alias: 'v', type: 'boolean', default: false, describe: 'all functions; stack traces' },
};

async function parseFlags(args: string[], name: string): Promise<Flags | number> {
  if (args.includes('--help') || args.includes('-h')) {
    const usage = `${name} -c CONFIG_FILE [options]\n\nOffers the load that a config describes and records every invocation.`;
    process.stdout.write(helpText(usage, FLAGS));
    return EXIT.done;
  }
  const { default: yargs } = await import('yargs');
  let wrong: string | undefined;
  const parsed = await yargs()
    .scriptName(name)
    .options(FLAGS)
    .strict()
    .version(false)
    .help(false)
    .exitProcess(false)
    .fail((message) => (wrong = message))
    .parseAsync(args);
  if (wrong === undefined && (parsed['config'] === undefined) === (parsed['replay'] === undefined)) {
    wrong = 'name a workload config with -c FILE, or a run to repeat with --replay RUN_DIR';
  }
  const repeated = Object.keys(FLAGS).find((flag) => Array.isArray(parsed[flag]));
  if (wrong === undefined && repeated !== undefined) wrong = `--${repeated} may be given once only`;
  if (wrong === undefined) return parsed as unknown as Flags;
  process.stderr.write(`${name}: ${wrong} (${name} --help shows the flags)\n`);
  return EXIT.usage;
}

async function loadFrom({ config, replay }: Flags): Promise<Workload> {
  if (replay !== undefined) return (await import('./replay.js')).loadReplay(replay);
  return (await import('../workload/load.js')).loadWorkload(config!);
}

async function showPlan(workload: Workload, { planOut, dryRun, json }: Flags): Promise<void> {
  const [{ planOf, summarizePlan }, { planJson, planText, writePlan }] = await Promise.all([
    import('../workload/plan.js'),
    import('./dry-run.js'),
  ]);
  const plan = planOf(workload);
  if (planOut !== undefined) await writePlan(planOut, plan, workload);
  if (!dryRun) return;
  for (const warning of workload.warnings) process.stderr.write(`warning: ${warning}\n`);
  const summary = summarizePlan(plan, workload);
  process.stdout.write(json ? planJson(workload, summary) : planText(workload, summary));
}

async function runAndReport(workload: Workload, flags: Flags, context: InvokerContext): Promise<number> {
  const [{ run }, { openLog }, { liveLine }, { summaryText }] = await Promise.all([
    import('./run.js'),
    import('../common/log.js'),
    import('./progress.js'),
    import('./summary.js'),
  ]);
  const line = liveLine(process.stderr, process.env);
  const log = openLog({ name: 'SWI', habitualFile: 'SWI.log' });
  const { interruption, release } = interruptedBySignals(() => line.clear());
  const runOn = (access?: PlatformAccess): Promise<RunResult> =>
    run(workload, {
      out: flags.out,
      access,
      insecure: flags.insecure,
      interruption,
      log,
      onPrepared({ path }) {
        const logPath = `${path}/invoker.log`;
        process.stderr.write(`log: ${shown(logPath)}\n`);
        log.addFile(logPath);
      },
      onProgress: (progress) => line.show(progress),
    });
  try {
    const result = flags.embedded ? await context.withEmbedded!(workload, runOn) : await runOn();
    line.clear();
    const directory = shown(result.directory);
    process.stdout.write(
      flags.json
        ? resultJson(result)
        : summaryText(result, { directory, verbose: flags.verbose, durationS: workload.durationS }),
    );
    return result.exitCode;
  } catch (error) {
    line.clear();
    log.error(error instanceof Error ? error.message : String(error));
    throw error;
  } finally {
    release();
  }
}

/** The one document of `--json`. */
function resultJson({ directory, exitCode, manifest, figures, thresholds }: RunResult): string {
  const { functions, errors } = figures;
  const shownResult = {
    format: 'faaslab-run-result/1',
    directory,
    exit_code: exitCode,
    manifest,
    functions,
    errors,
    thresholds,
  };
  return `${JSON.stringify(shownResult, null, 2)}\n`;
}

/** The first SIGINT or SIGTERM ends the run with what is in flight, the second at once, the third whatever is going on. */
function interruptedBySignals(clear: () => void) {
  const stop = new AbortController();
  const stopNow = new AbortController();
  const onSignal = (): void => {
    clear();
    if (stopNow.signal.aborted) process.exit(EXIT.interrupted);
    if (stop.signal.aborted) return stopNow.abort();
    process.stderr.write('stopping: waiting for what is in flight (once more to stop at once)\n');
    stop.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    interruption: { stop: stop.signal, stopNow: stopNow.signal },
    release() {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}

/** A path as the user would type it. */
function shown(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere === '' || fromHere.startsWith('..') ? path : fromHere;
}
