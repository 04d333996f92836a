import type { Comparison } from './comparison.js';
import type { GateResult } from './judge.js';
import type { Merged } from './merged.js';
import type { Unpaired } from './pairs.js';
import type { RunFigures } from './run-figures.js';
import type { Sentence } from './sentences.js';
import type { SettingDifference } from './setting-differences.js';
import type { Sides } from './sides.js';

/** All that a comparison found out; what is printed, drawn and reported is made of it alone. */
export interface ComparisonResult {
  archive: string;
  since_epoch_ms: number | null;
  seed: number;
  merged: Merged;
  figures: RunFigures[];
  /** null where there are not two sides; then there are no differences either */
  sides: Sides | null;
  settings: SettingDifference[];
  comparisons: Comparison[];
  /** what only one side invoked */
  unpaired: Unpaired[];
  sentences: Sentence[];
  gates: GateResult[];
  /** compared runs that their own verdict calls invalid, or that did not end */
  invalid: { run_id: string; test: string; reasons: string[] }[];
}

/** What was written, and where. */
export interface Written {
  folder: string | null;
  pictures: string[];
  report: string | null;
  tables: string[];
  /** a sentence for each of our own pictures that could not be drawn */
  undrawn: string[];
  /** what went wrong in a customized plot */
  fault: string | null;
  /** that it drew nothing */
  notice: string | null;
}

/** The result as JSON: of the runs what names them, not where their files lie. */
export function resultJson(result: ComparisonResult, written: Written): unknown {
  const { merged, comparisons, ...rest } = result;
  return {
    format: 'faaslab-comparison/1',
    ...rest,
    comparisons: comparisons.map(comparisonJson),
    runs: merged.runs.map((run) => ({
      run_id: run.run_id,
      test: run.test,
      test_category: run.test_category,
      archive: run.archive,
      tags: run.tags,
      start_epoch_ms: run.startEpochMs,
      rows: run.rows,
      valid: run.manifest.verdict?.valid ?? null,
    })),
    skipped: merged.skipped,
    notes: merged.notes,
    tools: merged.tools,
    written,
  };
}

/** With ratio and difference by their names; what a foresight is made of is nobody's business. */
function comparisonJson(comparison: Comparison): unknown {
  const { by, change, other } = comparison;
  const [ratio, difference] = by === 'ratio' ? [change, other] : [other, change];
  return { ...comparison, ratio, difference, other: undefined, foresight: undefined };
}
