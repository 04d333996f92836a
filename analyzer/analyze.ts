import { join } from 'node:path';
import { writeFileAtomic } from '../common/files.js';
import type { SourceOptions } from '../platforms/sources.js';
import { readManifest, type Manifest, type Verdict } from '../records/manifest.js';
import { viewResponses } from '../records/responses.js';
import { openTables, type Tables } from '../records/tables.js';
import { activationsOf } from './activations-of.js';
import { lateEnds, placeActivity } from './activity.js';
import type { Analysis, RecordsRead } from './analysis.js';
import { costOf, type CostOptions } from './cost/cost.js';
import { coldStarts } from './cold-starts.js';
import { blamingDamage } from './damaged-tables.js';
import { errorKinds } from './errors.js';
import { groupFigures } from './groups.js';
import { joinRun } from './join.js';
import { takeMeasuredWorkers } from './measured-workers.js';
import { unmeantTimes } from './meant-times.js';
import { readMonitors } from './monitors/monitoring.js';
import type { OpenedRun } from './open-run.js';
import type { PullOptions } from './pull.js';
import { runSeries } from './run-series.js';
import { statRows } from './stat.js';
import { periodOf, summarize } from './summary.js';
import { judgeThresholds } from './thresholds.js';

export interface AnalyzeOptions extends SourceOptions, PullOptions, CostOptions {
  /** stands for the test's name in the analysis and the archive */
  testName?: string | undefined;
}

/** An analysed run; its tables (`invocations`, `activations`, `responses`, `joined`) can be asked until they are closed. */
export interface AnalyzedRun {
  directory: string;
  analysis: Analysis;
  tables: Tables;
}

/**
 * The story of one analysis: fetch what the platform recorded, join it to what the client saw, and answer one question
 * after the other. Writes `analysis.json`.
 */
export async function analyze(run: OpenedRun, options: AnalyzeOptions): Promise<AnalyzedRun> {
  return blamingDamage(run.directory, () => analyzeWhole(run, options));
}

async function analyzeWhole(run: OpenedRun, options: AnalyzeOptions): Promise<AnalyzedRun> {
  const { directory } = run;
  const warnings = [...run.manifest.warnings];
  const onWarning = (warning: string): void => {
    warnings.push(warning);
    options.onWarning?.(warning);
  };
  const records = await activationsOf(run, { ...options, onWarning });
  const tables = await openTables({ signal: options.signal });
  try {
    await joinRun(tables, directory);
    const unmeant = await unmeantTimes(tables, directory);
    if (unmeant !== null) onWarning(unmeant);
    await viewResponses(tables, directory);
    const manifest = await readManifest(directory);
    const analysis = await answer(tables, directory, manifest, records, options, onWarning);
    await warnOfGaps(tables, analysis, onWarning);
    analysis.warnings = warnings;
    options.signal?.throwIfAborted();
    await writeFileAtomic(join(directory, 'analysis.json'), `${JSON.stringify(analysis, null, 2)}\n`);
    return { directory, analysis, tables };
  } catch (error) {
    tables.close();
    throw error;
  }
}

async function answer(
  tables: Tables,
  directory: string,
  manifest: Manifest,
  records: RecordsRead,
  options: AnalyzeOptions,
  warn: (warning: string) => void,
): Promise<Analysis> {
  const measured = await takeMeasuredWorkers(tables);
  await placeActivity(tables, manifest);
  const { period, strays } = await periodOf(tables);
  if (strays > 0) {
    warn(
      `${strays} starts on the platform lie further from the run than it is long and 10 min: left out of its period`,
    );
  }
  const late = await lateEnds(tables);
  if (late > 0) warn(`${late} activations end over 10 min after the last answer: the time axis does not reach there`);
  const summary = await summarize(tables);
  const groups = await groupFigures(tables, manifest.seed);
  const stat = await statRows(tables, manifest);
  const cost = await costOf(tables, manifest, options);
  const cold_starts = await coldStarts(tables, groups, measured);
  const series = await runSeries(tables, manifest);
  const monitoring = await readMonitors(tables, directory, manifest, { onWarning: warn, signal: options.signal });
  const errors = await errorKinds(tables);
  const thresholds = await judgeThresholds(tables, manifest);
  return {
    format: 'faaslab-analysis/1',
    run_id: manifest.run_id,
    test_name: options.testName ?? manifest.test_name,
    manifest,
    ledger: manifest.ledger,
    verdict: verdictOf(manifest),
    records,
    period,
    summary,
    ...groups,
    stat,
    cost,
    cold_starts,
    series,
    monitoring,
    errors,
    thresholds,
    warnings: [],
  };
}

/** A run without a verdict, or interrupted, is never valid. */
function verdictOf({ verdict, status }: Manifest): Verdict {
  if (verdict === null) return { valid: false, reasons: ['the run was never judged by the invoker'] };
  if (status !== 'interrupted') return verdict;
  const isSaid = verdict.reasons.some((reason) => reason.includes('interrupted'));
  return { valid: false, reasons: isSaid ? verdict.reasons : ['the run was interrupted', ...verdict.reasons] };
}

async function warnOfGaps(
  tables: Tables,
  { ledger, records, cold_starts, series, thresholds }: Analysis,
  warn: (warning: string) => void,
): Promise<void> {
  const { missing, expected } = records;
  if (missing > 0) warn(`${missing} of ${expected} activations have no record; missing.csv lists them`);
  const [{ rows } = { rows: 0 }] = await tables.query<{ rows: number }>('SELECT count(*) AS rows FROM joined');
  const counted = ledger.planned - ledger.unreached;
  if (rows !== counted) warn(`the manifest counts ${counted} invocations, the records hold ${rows}`);
  const offsetS = (series.clock_offset_ms ?? 0) / 1000;
  if (Math.abs(offsetS) >= 1) {
    warn(
      `the platform's clock is ${Math.abs(offsetS).toFixed(1)} s ${offsetS < 0 ? 'ahead of' : 'behind'} this one: its times are shifted by that for throughput, cold starts and the run over time`,
    );
  }
  const { disagreeing, answers } = cold_starts.measured;
  if (disagreeing > 0) {
    warn(
      `in ${disagreeing} of ${answers} answers faas_measure says of cold and warm the opposite of the platform's record, which is kept`,
    );
  }
  for (const { name, scope, condition, note } of thresholds) {
    if (note !== null) warn(`the threshold ${name} ${condition} (${scope}) cannot be judged: ${note}`);
  }
}
