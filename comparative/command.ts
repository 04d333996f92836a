import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, EXIT, messageOf } from '../common/errors.js';
import { parseFlags } from '../common/flags.js';
import { untilInterrupted } from '../common/interruption.js';
import { openLog, type Log } from '../common/log.js';
import { plainJson, plainLines } from '../common/plain-text.js';
import type { CompareOptions } from './compare.js';
import { USUAL_PLOT_LIMIT_S } from './custom-plot-messages.js';
import { exitCodeOf } from './exit-code.js';
import { parseSince } from './since.js';

export interface ComparativeCommandOptions {
  /** as it stands in help and errors: `ComparativeAnalyzer`, `faaslab compare` */
  name: string;
}

/**
 * `ComparativeAnalyzer`: merges archived runs, says what differs, draws, judges gates.
 * @returns 0 done; 1 no archive left, or a picture or customized plot failed; 2 usage; 3 a gate met an invalid run; 4 a gate failed
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
  const { result, written } = await untilInterrupted((signal) => compare({ ...flags, signal }));
  for (const { name, problem } of result.merged.skipped) log.warn(`${name} is left out: ${problem}`);
  for (const note of result.merged.notes) log.warn(note);
  for (const { run_id, reasons } of result.invalid) log.warn(`run ${run_id} is not valid: ${reasons.join('; ')}`);
  for (const why of written.undrawn) log.warn(why);
  if (written.fault !== null) log.warn(`the customized plot failed: ${written.fault}`);
  if (written.notice !== null) log.warn(written.notice);
  await writeGateFiles(result, flags);
  for (const { verdict, text } of result.gates) {
    if (verdict === 'not enough data') log.warn(text);
    else log.info(text);
  }
  for (const { text } of result.sentences) log.info(text);
  process.stdout.write(
    flags.json
      ? plainJson(`${JSON.stringify(resultJson(result, written), null, 2)}\n`)
      : plainLines(summaryText(result, written, flags)),
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

/** @returns null where the help was asked for */
async function flagsOf(args: string[], name: string): Promise<Flags | null> {
  const parsed = await parseFlags(args, {
    name,
    usage: '[options]',
    purpose: 'Merges archived runs and says what differs, with intervals.',
    flags: FLAGS,
  });
  if (parsed === null) return null;
  const { flags } = parsed;
  if (flags.gate.length === 0 && flags.strict) {
    throw new ConfigError('--strict belongs to --gate: without one there is nothing to be strict about');
  }
  if (flags.gate.length === 0 && flags.junit !== undefined) {
    throw new ConfigError('--junit reports gates: give at least one --gate');
  }
  const limitS = flags['plot-limit'];
  // A timer of Node holds no more than 2³¹ ms.
  if (!(limitS > 0 && limitS <= 2_000_000))
    throw new ConfigError('--plot-limit must be from above 0 to 2000000 seconds');
  if (!Number.isSafeInteger(flags.seed) || flags.seed < 0) throw new ConfigError('--seed must be a whole number ≥ 0');
  return {
    archive: flags.archive,
    sinceMs: flags.since === undefined ? null : parseSince(flags.since),
    baseline: flags.baseline,
    candidate: flags.candidate,
    gates: flags.gate,
    seed: flags.seed,
    customPlotFile: flags.customized_plot ?? null,
    plotLimitS: flags['plot-limit'],
    out: flags.out ?? null,
    plot: flags.plot,
    report: flags.report,
    tables: flags.tables === undefined ? null : flags.tables === 'faasprofiler' ? 'faasprofiler' : 'parquet',
    json: flags.json,
    strict: flags.strict,
    verbose: flags.verbose,
    markdown: flags.markdown ?? null,
    junit: flags.junit ?? null,
  };
}

const FLAGS = {
  since: {
    alias: 's',
    type: 'string',
    value: 'TS',
    describe: 'only tests started at or after TS: epoch ms, or ISO 8601',
  },
  plot: { alias: 'p', type: 'boolean', describe: 'draw the comparison (PNG and SVG files)' },
  customized_plot: {
    alias: ['c', 'customized-plot'],
    type: 'string',
    value: 'FILE',
    describe: 'a module exporting ComparativePlotting(tests, perfs)',
  },
  'plot-limit': {
    type: 'number',
    value: 'SECONDS',
    default: USUAL_PLOT_LIMIT_S,
    describe: 'how long it may take to load, and to draw',
  },
  report: { type: 'boolean', describe: 'write report.html' },
  archive: { type: 'string', value: 'DIR', default: 'data_archive', describe: 'where archives lie' },
  out: { type: 'string', value: 'DIR', describe: 'where files go, instead of comparisons/<time>' },
  baseline: { type: 'string', value: 'SIDE', describe: 'a test name (all its runs), a run id, or a tag' },
  candidate: { type: 'string', value: 'SIDE', describe: 'likewise; of two tests the older one is the baseline' },
  gate: {
    type: 'string',
    value: '"p99 +5%"',
    repeatable: 'each',
    describe: 'or "error_rate +0.1pp": exit 4 when it is surely exceeded',
  },
  strict: { type: 'boolean', describe: 'a gate without enough data fails too' },
  markdown: { type: 'string', value: 'FILE', describe: 'findings and gates, for a comment of a CI' },
  junit: { type: 'string', value: 'FILE', describe: 'gates as JUnit XML' },
  tables: {
    type: 'string',
    value: '[faasprofiler]',
    choices: ['', 'faasprofiler'],
    describe: "the combined tables as Parquet, or CSV under FaaSProfiler's names",
  },
  json: { type: 'boolean', describe: 'the comparison as one JSON document on stdout' },
  seed: { type: 'number', value: 'N', default: 1, describe: 'of the bootstrap' },
  verbose: { alias: 'v', type: 'boolean', describe: 'instances too' },
} as const;
