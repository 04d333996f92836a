import { ConfigError } from '../common/errors.js';
import { listArchives } from '../records/archive-list.js';
import { openTables } from '../records/tables.js';
import { differences } from './differences.js';
import { parseGate, type Gate } from './gate.js';
import { invalidRuns } from './invalid-runs.js';
import { judge } from './judge.js';
import { loadCustomPlot } from './load-custom-plot.js';
import { merge } from './merge.js';
import { unpairedOf } from './pairs.js';
import { platformWordsOf } from './platform-words.js';
import type { PlotThread } from './plot-thread.js';
import type { ComparisonResult, Written } from './result.js';
import { figuresOfRuns } from './run-figures.js';
import { sentences } from './sentences.js';
import { settingDifferences } from './setting-differences.js';
import { resolveSides } from './sides.js';
import { archivesSince } from './since.js';
import { writeComparison, type WriteOptions } from './write-comparison.js';

export interface CompareOptions extends Omit<WriteOptions, 'customPlot'> {
  /** the archive folder */
  archive: string;
  /** only tests that started then or later; null = all */
  sinceMs: number | null;
  baseline?: string;
  candidate?: string;
  /** as given: `p99 +5%` */
  gates: string[];
  /** of the bootstrap */
  seed: number;
  /** a module with `ComparativePlotting` */
  customPlotFile: string | null;
  /** seconds that it may take */
  plotLimitS?: number | undefined;
  /** ends the comparison */
  signal?: AbortSignal | undefined;
}

/**
 * One comparison: reads the archives in place, finds what differs between the two sides, judges the gates, and writes
 * what was asked for.
 *
 * @throws ConfigError  a gate, a side or a customized plot that cannot be; nothing was done
 * @throws RecordsError no archive is left, or the output cannot be written
 */
export async function compare(options: CompareOptions): Promise<{ result: ComparisonResult; written: Written }> {
  const gates = options.gates.map(parseGate);
  const { customPlotFile: file, plotLimitS: limitS, signal } = options;
  const customPlot = file === null ? null : await loadCustomPlot(file, { limitS, signal });
  try {
    return await compareWith(customPlot, gates, options);
  } finally {
    await customPlot?.close();
  }
}

async function compareWith(
  customPlot: PlotThread | null,
  gates: Gate[],
  options: CompareOptions,
): Promise<{ result: ComparisonResult; written: Written }> {
  const archives = archivesSince(await listArchives(options.archive), options.sinceMs, options.archive);
  const tables = await openTables({ cacheFiles: false, signal: options.signal });
  try {
    const merged = await merge(archives, tables);
    const sides = resolveSides(options, merged);
    if (sides === null && gates.length > 0)
      throw new ConfigError('--gate needs two sides: name them with --baseline and --candidate');
    const figures = await figuresOfRuns(merged.runs, tables);
    const comparisons = sides === null ? [] : await differences(sides, merged.runs, figures, tables, options);
    const unpaired = sides === null ? [] : unpairedOf(sides, figures);
    const invalid = invalidRuns(merged, sides);
    const result: ComparisonResult = {
      archive: options.archive,
      since_epoch_ms: options.sinceMs,
      seed: options.seed,
      merged,
      figures,
      sides,
      settings: sides === null ? [] : settingDifferences(sides, merged, await platformWordsOf(merged.runs, tables)),
      comparisons,
      unpaired,
      sentences: sentences(comparisons),
      gates: judge(gates, { comparisons, unpaired, invalid }),
      invalid,
    };
    return { result, written: await writeComparison(result, tables, { ...options, customPlot }) };
  } finally {
    tables.close();
  }
}
