import { relative } from 'node:path';
import { ConfigError, EXIT } from '../common/errors.js';
import { type Flags, parseFlags } from '../common/flags.js';
import { plainJson, plainText } from '../common/plain-text.js';
import type { PlatformAccess } from '../platforms/access.js';
import type { Workload } from '../workload/model.js';
import type { RunResult } from './run.js';

export interface InvokerContext {
  /** as the user called it: `WorkloadInvoker`, `faaslab invoke` */
  name: string;
  /** starts the embedded platform around a run; what `--embedded` does */
  withEmbedded?: (workload: Workload, run: (access: PlatformAccess) => Promise<RunResult>) => Promise<RunResult>;
}

const FLAGS = {
  config: { alias: 'c', type: 'string', value: 'FILE', describe: 'the workload config' },
  out: { alias: 'o', type: 'string', value: 'DIR', default: 'runs', describe: 'where run directories go' },
  'dry-run': { type: 'boolean', describe: 'print the plan and stop' },
  'plan-out': { type: 'string', value: 'FILE', describe: 'write the plan to a CSV file' },
  embedded: { type: 'boolean', describe: 'run on the embedded platform, started for this run' },
  replay: { type: 'string', value: 'RUN_DIR', describe: 'the plan of an earlier run once more' },
  insecure: { alias: 'i', type: 'boolean', describe: 'accept a certificate that cannot be verified' },
  json: { type: 'boolean', describe: 'the result as one JSON document on stdout' },
  verbose: { alias: 'v', type: 'boolean', describe: 'all functions; stack traces' },
} as const;
type InvokerFlags = Flags<typeof FLAGS>;

/**
 * `WorkloadInvoker`: reads a config, fires its plan, records what came of it.
 * Modules that take long to load are imported by the step that needs them: `--help` loads next to nothing.
 * @returns the exit code
 */
export async function invokerCommand(args: string[], context: InvokerContext): Promise<number> {
  const flags = await flagsOf(args, context.name);
  if (flags === null) return EXIT.done;
  if (flags.embedded && context.withEmbedded === undefined) {
    throw new ConfigError('--embedded is not known here; use WorkloadInvoker or faaslab invoke');
  }
  const workload = await loadFrom(flags);
  if (flags['plan-out'] !== undefined || flags['dry-run']) await showPlan(workload, flags);
  return flags['dry-run'] ? EXIT.done : runAndReport(workload, flags, context);
}

/** @returns null where the help was asked for */
async function flagsOf(args: string[], name: string): Promise<InvokerFlags | null> {
  const parsed = await parseFlags(args, {
    name,
    usage: '-c CONFIG_FILE [options]',
    purpose: 'Offers the load that a config describes and records every invocation.',
    flags: FLAGS,
  });
  if (parsed === null) return null;
  const { config, replay } = parsed.flags;
  if ((config === undefined) === (replay === undefined)) {
    throw new ConfigError('name a workload config with -c FILE, or a run to repeat with --replay RUN_DIR');
  }
  return parsed.flags;
}

async function loadFrom({ config, replay }: InvokerFlags): Promise<Workload> {
  if (replay !== undefined) return (await import('./replay.js')).loadReplay(replay);
  return (await import('../workload/load.js')).loadWorkload(config!);
}

async function showPlan(
  workload: Workload,
  { 'plan-out': planOut, 'dry-run': dryRun, json }: InvokerFlags,
): Promise<void> {
  const [{ planOf, summarizePlan }, { checkPlanOut, planJson, planText, writePlan }] = await Promise.all([
    import('../workload/plan.js'),
    import('./dry-run.js'),
  ]);
  if (planOut !== undefined) await checkPlanOut(planOut, workload);
  const plan = planOf(workload);
  if (planOut !== undefined) await writePlan(planOut, plan, workload);
  if (!dryRun) return;
  for (const warning of workload.warnings) process.stderr.write(`warning: ${plainText(warning)}\n`);
  const summary = summarizePlan(plan, workload);
  process.stdout.write(json ? planJson(workload, summary) : planText(workload, summary));
}

async function runAndReport(workload: Workload, flags: InvokerFlags, context: InvokerContext): Promise<number> {
  const [{ run }, { openLog }, { liveLine }, { summaryText }] = await Promise.all([
    import('./run.js'),
    import('../common/log.js'),
    import('./progress.js'),
    import('./summary.js'),
  ]);
  const line = liveLine(process.stderr, process.env);
  const log = openLog({ name: 'SWI', habitualFile: 'SWI.log' });
  let stopping = 'waiting for what is in flight (once more to stop at once)';
  const { interruption, release } = interruptedBySignals(() => {
    line.clear();
    return stopping;
  });
  const runOn = (access?: PlatformAccess): Promise<RunResult> =>
    run(workload, {
      out: flags.out,
      access,
      insecure: flags.insecure,
      interruption,
      log,
      onPrepared({ path }) {
        const logPath = `${path}/invoker.log`;
        process.stderr.write(`log: ${plainText(shown(logPath))}\n`);
        log.addFile(logPath);
      },
      onProgress: (progress) => line.show(progress),
      onPostScript() {
        line.clear();
        stopping = 'the run is complete, its post_script is ended';
      },
      onWait(sentence) {
        process.stderr.write(`${plainText(sentence)}\n`);
        log.info(sentence);
      },
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
  return plainJson(`${JSON.stringify(shownResult, null, 2)}\n`);
}

/**
 * The first SIGINT or SIGTERM ends the run with what is in flight, the second at once, the third whatever is going on.
 * @param clear makes room on the screen. @returns what is done about it
 */
function interruptedBySignals(clear: () => string) {
  const stop = new AbortController();
  const stopNow = new AbortController();
  const onSignal = (): void => {
    const stopping = clear();
    if (stopNow.signal.aborted) process.exit(EXIT.interrupted);
    if (stop.signal.aborted) return stopNow.abort();
    process.stderr.write(`stopping: ${stopping}\n`);
    stop.abort();
  };
  // A terminal that goes ends a run that it watched; one that was told to write elsewhere (nohup, a log file) goes on.
  const onHangUp = (): void => {
    if (process.stderr.isTTY || process.stdout.isTTY) onSignal();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  process.on('SIGHUP', onHangUp);
  return {
    interruption: { stop: stop.signal, stopNow: stopNow.signal },
    release() {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
      process.off('SIGHUP', onHangUp);
    },
  };
}

/** A path as the user would type it. */
function shown(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere === '' || fromHere.startsWith('..') ? path : fromHere;
}
