import { join, relative } from 'node:path';
import { ConfigError, EXIT } from '../common/errors.js';
import { parseFlags } from '../common/flags.js';
import { untilInterrupted } from '../common/interruption.js';
import type { Log } from '../common/log.js';
import { plainJson, plainText } from '../common/plain-text.js';
import type { AnalyzedRun, AnalyzeOptions } from './analyze.js';
import type { CostOptions } from './cost/cost.js';
import { type AnalyzerFlags, checkFlags, FLAGS } from './flags.js';
import type { OpenedRun } from './open-run.js';
import type { FunctionResult } from './results.js';

const ARCHIVE_ROOT = 'data_archive';
const SHOWN_RESULTS = 5;

/**
 * `WorkloadAnalyzer`: explains a run.
 * Modules that take long to load are imported by the step that needs them: `--help` loads next to nothing.
 * @returns the exit code: 3 for an invalid run, 4 for a threshold that was not met
 */
export async function analyzerCommand(args: string[], { name }: { name: string }): Promise<number> {
  const parsed = await parseFlags(args, {
    name,
    usage: '[options]',
    purpose: 'Explains a run: what the client saw, what the platform did, where the time went.',
    flags: FLAGS,
  });
  if (parsed === null) return EXIT.done;
  const { flags } = parsed;
  checkFlags(flags);
  // Refused even where nothing has to be pulled: the password would stay in the shell's history all the same.
  if (flags.couchdb !== undefined) (await import('../platforms/sources.js')).plainUrl(flags.couchdb, '--couchdb');
  const prices = await pricesOf(flags);
  const [{ openRun }, { openLog }] = await Promise.all([import('./open-run.js'), import('../common/log.js')]);
  const run = await openRun(flags.run);
  if (run.manifest.endpoint.kind !== 'lambda') refuseLambdaFlags(flags, run);

  const log = openLog({ name: 'WA', habitualFile: 'WA.log' });
  const logPath = join(run.directory, 'analyzer.log');
  process.stderr.write(`log: ${plainText(shown(logPath))}\n`);
  log.addFile(logPath);
  if (run.recovered) log.warn(`${shown(run.directory)}: the run ended without a word; it was settled from its journal`);

  return untilInterrupted(async (signal) => {
    await (await import('./leftovers.js')).removeLeftovers(run.directory);
    const analyzed = await analyzeWith(flags, prices, run, { log, signal });
    try {
      const written = await writtenFiles(flags, analyzed, signal);
      signal.throwIfAborted();
      await show(flags, analyzed, written);
      log.info(`${analyzed.analysis.run_id} analysed`);
      return exitCodeOf(analyzed);
    } finally {
      analyzed.tables.close();
    }
  });
}

function refuseLambdaFlags({ logs, xray }: AnalyzerFlags, { manifest: { endpoint } }: OpenedRun): void {
  const but = `but the endpoint of this run is ${endpoint.kind}; leave the flag out`;
  if (logs.length > 0) throw new ConfigError(`--logs reads Lambda's lines, ${but}`);
  if (xray) throw new ConfigError(`--xray reads the traces of Lambda, ${but}`);
}

/** A faulty table is told before anything is read or written. */
async function pricesOf({ prices, architecture }: AnalyzerFlags): Promise<CostOptions> {
  if (prices === undefined) return { architecture };
  const { loadPrices, tiersFor } = await import('../workload/prices/load.js');
  const table = await loadPrices(prices);
  tiersFor(table, architecture);
  return { prices: table, architecture };
}

async function analyzeWith(
  flags: AnalyzerFlags,
  prices: CostOptions,
  run: OpenedRun,
  { log, signal }: { log: Log; signal: AbortSignal },
): Promise<AnalyzedRun> {
  const [{ analyze }, { pullProgress }] = await Promise.all([import('./analyze.js'), import('./pull-progress.js')]);
  const progress = pullProgress(process.stderr);
  const options: AnalyzeOptions = {
    source: flags.source,
    documents: flags.documents,
    couchdbUrl: flags.couchdb,
    database: flags.database,
    dbIni: flags['db-ini'],
    logs: flags.logs,
    xray: flags.xray,
    insecure: flags.insecure,
    testName: flags.override_testname,
    waitS: flags.wait,
    ...prices,
    onProgress: progress.show,
    signal,
    onWarning(warning) {
      progress.clear();
      log.warn(warning);
    },
    onNotice(notice) {
      progress.clear();
      log.warn(notice);
    },
    onFound(found) {
      progress.clear();
      log.info(found);
      process.stderr.write(`${plainText(found)}\n`);
    },
  };
  try {
    return await analyze(run, options);
  } finally {
    progress.clear();
  }
}

/** Everything that the flags ask for beside the words. @returns lines that say where it lies */
async function writtenFiles(flags: AnalyzerFlags, analyzed: AnalyzedRun, signal: AbortSignal): Promise<string[]> {
  const { directory, analysis, tables } = analyzed;
  const written: string[] = [];
  if (flags.plot || flags.save_plot || flags.report) {
    const { chartsOf } = await import('./charts/charts.js');
    const charts = await chartsOf(analysis, tables);
    if (flags.plot || flags.save_plot) {
      const { writePictures } = await import('./pictures.js');
      await writePictures(join(directory, 'plots'), charts, signal);
      written.push(`pictures: ${shown(join(directory, 'plots'))}/`);
    }
    if (flags.report) {
      const { writeReport } = await import('./report/report.js');
      const path = join(directory, 'report.html');
      await writeReport(path, analysis, charts);
      written.push(`report: ${shown(path)}`);
    }
  }
  signal.throwIfAborted();
  if (flags.save_plot) {
    const { writeResultsPng } = await import('./pictures.js');
    await writeResultsPng(tables, [join(directory, 'results.png'), 'results.png']);
    written.push(`results.png: here and in ${shown(directory)}`);
  }
  if (flags.capacity_factor) {
    const { writeCapacityFactors } = await import('./capacity-factors.js');
    const paths = await writeCapacityFactors(tables, directory);
    written.push(`capacity factors: ${paths.map(shown).join(', ')}`);
  }
  signal.throwIfAborted();
  if (flags.archive) {
    const { archiveRun } = await import('./archive-run.js');
    written.push(`archive: ${shown(await archiveRun(ARCHIVE_ROOT, analyzed))}`);
  }
  return written;
}

async function show(flags: AnalyzerFlags, { analysis, tables }: AnalyzedRun, written: string[]): Promise<void> {
  const results = flags.read_results ? await resultsOf(flags, tables) : undefined;
  if (flags.json) {
    process.stdout.write(plainJson(`${JSON.stringify(results === undefined ? analysis : { ...analysis, results })}\n`));
    return;
  }
  const { summaryText } = await import('./terminal/summary-text.js');
  process.stdout.write(summaryText(analysis));
  if (flags.verbose) {
    const { verboseText } = await import('./terminal/verbose-text.js');
    process.stdout.write(`\n${await verboseText(analysis, tables)}`);
  }
  if (results !== undefined) {
    const { resultsText } = await import('./terminal/results-text.js');
    process.stdout.write(`\n${resultsText(results, flags.verbose)}`);
  }
  if (written.length > 0) process.stdout.write(`\n${written.map((line) => plainText(line)).join('\n')}\n`);
}

async function resultsOf({ verbose }: AnalyzerFlags, tables: AnalyzedRun['tables']): Promise<FunctionResult[]> {
  const { functionResults } = await import('./results.js');
  return functionResults(tables, verbose ? Number.MAX_SAFE_INTEGER : SHOWN_RESULTS);
}

function exitCodeOf({ analysis }: AnalyzedRun): number {
  if (!analysis.verdict.valid) return EXIT.invalid;
  return analysis.thresholds.some(({ met }) => met === false) ? EXIT.gate : EXIT.done;
}

/** As the user would type it. */
function shown(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere.startsWith('..') ? path : fromHere;
}
