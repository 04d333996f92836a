import { existsSync } from 'node:fs';
import { join } from 'node:path';
import yargs from 'yargs';
import { ConfigError, EXIT, messageOf } from '../common/errors.js';
import { openLog, type Log } from '../common/log.js';
import type { CompareOptions } from './compare.js';
import { exitCodeOf } from './exit-code.js';
import { parseSince } from './since.js';

export interface ComparativeCommandOptions {
  /** as it stands in help and errors: `ComparativeAnalyzer`, `faaslab compare` */
  name: string;
}

/**
 * `ComparativeAnalyzer`: merges archived runs, says what differs, draws, judges gates.
 * @returns 0 done; 1 no archive left, or a customized plot failed; 2 usage; 3 a gate met an invalid run; 4 a gate failed
 */
export async function comparativeCommand(args: string[], { name }: ComparativeCommandOptions): Promise<number> {
  const flags = await flagsOf(args, name);
  if (flags === null) return EXIT.done;
  const habit = join('logs', 'CA.log');
  process.stderr.write(existsSync('logs') ? `log: ${habit}\n` : 'log: none is kept, there is no logs/ folder here\n');
  const log = openLog({ name: 'CA', habitualFile: 'CA.log' });
  log.info('Test started');
  try {
    return await compareAndTell(flags, log);
  } catch (error) {
    log.error(messageOf(error));
    throw error;
  } finally {
    log.info('Test ended');
  }
}

async function compareAndTell(flags: Flags, log: Log): Promise<number> {
  const [{ compare }, { summaryText }, { resultJson }, { writeGateFiles }] = await Promise.all([
    import('./compare.js'),
    import('./summary.js'),
    import('./result.js'),
    import('./gate-files.js'),
  ]);
  const { result, written } = await compare(flags);
  for (const { name, problem } of result.merged.skipped) log.warn(`${name} is left out: ${problem}`);
  for (const note of result.merged.notes) log.warn(note);
  for (const { run_id, reasons } of result.invalid) log.warn(`run ${run_id} is not valid: ${reasons.join('; ')}`);
  if (written.fault !== null) log.warn(`the customized plot failed: ${written.fault}`);
  await writeGateFiles(result, flags);
  for (const { verdict, text } of result.gates) {
    if (verdict === 'not enough data') log.warn(text);
    else log.info(text);
  }
  for (const { text } of result.sentences) log.info(text);
  process.stdout.write(
    flags.json ? `${JSON.stringify(resultJson(result, written), null, 2)}\n` : summaryText(result, written, flags),
  );
  return exitCodeOf(result, written, flags);
}

interface Flags extends CompareOptions {
  json: boolean;
  strict: boolean;
  verbose: boolean;
  markdown: string | null;
  junit: string | null;
}

/** @returns null where only help or the version was asked for */
async function flagsOf(args: string[], name: string): Promise<Flags | null> {
  let wrong: string | undefined;
  const parsed = await parserOf(name)
    .fail((message) => (wrong = message.replaceAll(/\s*\n\s*/g, ' ')))
    .parseAsync(args);
  if (wrong !== undefined) throw new ConfigError(`${wrong} (${name} --help shows the flags)`);
  if (args.includes('--help') || args.includes('-h')) return null;
  const repeated = Object.entries(parsed).find(
    ([flag, value]) => Array.isArray(value) && flag !== 'gate' && flag !== '_',
  );
  if (repeated !== undefined) throw new ConfigError(`--${repeated[0]} is given more than once`);
  const empty = Object.entries(parsed).find(([flag, value]) => value === '' && flag !== 'tables');
  if (empty !== undefined) throw new ConfigError(`--${empty[0]} needs a value (${name} --help shows the flags)`);
  if (parsed.gate.length === 0 && parsed.strict)
    throw new ConfigError('--strict belongs to --gate: without one there is nothing to be strict about');
  if (parsed.gate.length === 0 && parsed.junit !== undefined) {
    throw new ConfigError('--junit reports gates: give at least one --gate');
  }
  if (!Number.isSafeInteger(parsed.seed) || parsed.seed < 0) throw new ConfigError('--seed must be a whole number ≥ 0');
  return {
    archive: parsed.archive,
    sinceMs: parsed.since === undefined ? null : parseSince(parsed.since),
    baseline: parsed.baseline,
    candidate: parsed.candidate,
    gates: parsed.gate,
    seed: parsed.seed,
    customPlotFile: parsed.customized_plot ?? null,
    out: parsed.out ?? null,
    plot: parsed.plot,
    report: parsed.report,
    tables: parsed.tables === undefined ? null : parsed.tables === 'faasprofiler' ? 'faasprofiler' : 'parquet',
    json: parsed.json,
    strict: parsed.strict,
    verbose: parsed.verbose,
    markdown: parsed.markdown ?? null,
    junit: parsed.junit ?? null,
  };
}

function parserOf(name: string) {
  const text = { type: 'string', requiresArg: true } as const;
  const flag = { type: 'boolean', default: false } as const;
  return yargs()
    .scriptName(name)
    .usage('$0 [options]\n\nMerges archived runs and says what differs, with intervals.')
    .option('since', { ...text, alias: 's', describe: 'only tests started at or after TS (epoch ms, or ISO 8601)' })
    .option('plot', { ...flag, alias: 'p', describe: 'draw the comparison (PNG and SVG files)' })
    .option('customized_plot', {
      ...text,
      alias: 'c',
      describe: 'a module exporting ComparativePlotting(tests, perfs)',
    })
    .option('report', { ...flag, describe: 'write report.html' })
    .option('archive', { ...text, default: 'data_archive', describe: 'where archives lie' })
    .option('out', { ...text, describe: 'where pictures and report go (default comparisons/<time>)' })
    .option('baseline', { ...text, describe: 'a test name (all its runs), a run id, or a tag' })
    .option('candidate', { ...text, describe: 'likewise; with two tests the older one is the baseline by default' })
    .option('gate', {
      type: 'string',
      array: true,
      nargs: 1,
      default: [] as string[],
      describe: '"p99 +5%", "error_rate +0.1pp": fail (4) when it is surely exceeded',
    })
    .option('strict', { ...flag, describe: 'a gate without enough data fails too' })
    .option('markdown', { ...text, describe: 'write findings and gates as Markdown, for a comment of a CI' })
    .option('junit', { ...text, describe: 'write gates as JUnit XML' })
    .option('tables', {
      type: 'string',
      choices: ['', 'faasprofiler'],
      describe: "write the combined tables: Parquet, or CSV under FaaSProfiler's names",
    })
    .option('json', { ...flag, describe: 'the comparison as JSON on stdout' })
    .option('seed', { type: 'number', default: 1, requiresArg: true, describe: 'of the bootstrap' })
    .option('verbose', { ...flag, alias: 'v', describe: 'instances too' })
    .parserConfiguration({ 'camel-case-expansion': false, 'strip-aliased': true })
    .strict()
    .version(false)
    .alias('h', 'help')
    .exitProcess(false);
}
