import { shortName } from './charts/chart.js';
import type { Comparison } from './comparison.js';
import { ONE_RUN_NOTE } from './single-runs.js';
import {
  byText,
  changeText,
  countText as count,
  figureText,
  groupName,
  intervalText,
  measureName,
  otherText,
  pText,
} from './wording.js';

/** Without -v the functions only, and of those what the sentences do not already say in full. */
export function tableLines(comparisons: Comparison[], verbose: boolean): string[] {
  const shown = comparisons.filter(({ scope }) => verbose || scope === 'function');
  if (shown.length === 0) return [];
  const rows = shown.map((comparison, i) => [
    i > 0 && groupName(shown[i - 1]!) === groupName(comparison) ? '' : shortName(groupName(comparison), 24),
    comparison.time === 'response_ms' ? comparison.measure : measureName(comparison),
    figureText(comparison, comparison.baseline),
    figureText(comparison, comparison.candidate),
    changeText(comparison),
    comparison.change.low === null ? '–' : intervalText(comparison),
    ...(verbose ? [otherText(comparison)] : []),
    comparison.p_holm === null ? '' : pText(comparison.p_holm),
    signOf(comparison),
    verbose ? byText(comparison) : comparison.change.method,
  ]);
  const heading = ['function', 'measure', 'baseline', 'candidate', 'change', '95 %', 'p (Holm)', '', 'by'];
  if (verbose) heading.splice(6, 0, 'also');
  const hidden = comparisons.length - shown.length;
  const more = hidden === 0 ? [] : [`${count(hidden, 'more line')} for instances with -v`];
  return [...aligned([heading, ...rows]), ...more, ...(verbose ? [] : noteLines(shown))];
}

/** Notes beyond these are seen with -v. */
const MOST_NOTES = 8;

/** Why some figures have no number or no interval, or rest on less than all runs; equal ones once. */
function noteLines(shown: Comparison[]): string[] {
  const groups = new Map<string, string[]>();
  for (const comparison of shown) {
    const { note } = comparison.change;
    if (note === null || note === ONE_RUN_NOTE) continue;
    groups.set(note, [
      ...(groups.get(note) ?? []),
      `${shortName(groupName(comparison), 24)} ${measureName(comparison)}`,
    ]);
  }
  const lines = [...groups].map(([note, [first, ...others]]) => {
    const further = others.length === 0 ? '' : ` (and ${others.length} more)`;
    return `  ${first}${further}: ${note}`;
  });
  const left = lines.length - MOST_NOTES;
  return left > 0 ? [...lines.slice(0, MOST_NOTES), `  and ${count(left, 'more note')} with -v`] : lines;
}

/** ✗ worse, ✓ better, where it is certain enough to say. */
function signOf({ finding, measure }: Comparison): string {
  if (finding !== 'more' && finding !== 'less') return '';
  const worse = (finding === 'more') !== (measure === 'throughput');
  return worse ? '✗' : '✓';
}

const NUMERIC = new Set(['baseline', 'candidate', 'change', 'also', 'p (Holm)']);

function aligned(rows: string[][]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        NUMERIC.has(rows[0]![column]!) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
      )
      .join('  ')
      .trimEnd(),
  );
}
