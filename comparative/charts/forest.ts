import { tellableNames } from '../../plotting/name-fitting.js';
import type { Comparison } from '../comparison.js';
import type { ComparisonResult } from '../result.js';
import { changeText, groupName, intervalText, measureName } from '../wording.js';
import type { Chart, NoChart } from './chart.js';
import { forestCaption } from './forest-caption.js';
import { FINDINGS, forestPanel, GROUP_ROOM, type ForestRow } from './forest-panel.js';

const NAME = 'forest';
/** Lines of a picture; more are a table, which the page has. */
const MOST_LINES = 80;

/**
 * Every ratio with its interval around 1, and below it the differences of shares around 0: what differs stands apart from
 * the line, what cannot be told crosses it.
 */
export function forestChart({ sides, comparisons }: Pick<ComparisonResult, 'sides' | 'comparisons'>): Chart | NoChart {
  if (sides === null) return { name: NAME, why: 'Changes are drawn where two sides were named.' };
  const told = comparisons.filter(({ change }) => change.low !== null && change.high !== null);
  if (told.length === 0) return { name: NAME, why: 'No change has an interval: there are too few rows or runs.' };
  const shown = mostTelling(told);
  const groups = [...new Set(shown.map(groupName))];
  const short = tellableNames(groups, GROUP_ROOM, { size: 11, bold: true });
  const rows = (by: Comparison['by']) =>
    shown
      .filter((comparison) => comparison.by === by)
      .map((comparison) => rowOf(comparison, groups, short[groups.indexOf(groupName(comparison))]!));
  const ratios = rows('ratio');
  const shares = rows('difference');
  return {
    name: NAME,
    title: 'How much changed',
    caption: forestCaption(told, shown),
    spec: {
      vconcat: [
        ...(ratios.length > 0 ? [forestPanel(ratios, 'log')] : []),
        ...(shares.length > 0 ? [forestPanel(shares, 'linear')] : []),
      ],
      resolve: { scale: { x: 'independent', y: 'independent', color: 'shared', shape: 'shared' } },
    },
  };
}

/** Those that tell most, in their own order. */
function mostTelling(comparisons: Comparison[]): Comparison[] {
  const telling = comparisons.toSorted((a, b) => (a.p_holm ?? 1) - (b.p_holm ?? 1) || (a.p ?? 1) - (b.p ?? 1));
  const shown = new Set(telling.slice(0, MOST_LINES));
  return comparisons.filter((comparison) => shown.has(comparison));
}

function rowOf(comparison: Comparison, groups: readonly string[], short: string): ForestRow {
  const { change, by, measure, finding, runs, rows } = comparison;
  const scale = by === 'ratio' ? 1 : 100;
  const isMore = finding === 'more';
  const worse = isMore !== (measure === 'throughput');
  const full = groupName(comparison);
  return {
    place: groups.indexOf(full),
    group: short,
    full,
    measure: measureName(comparison),
    value: scale * change.value!,
    low: scale * change.low!,
    high: scale * change.high!,
    finding: finding === 'cannot tell' ? FINDINGS.open : worse ? FINDINGS.worse : FINDINGS.better,
    label: `${changeText(comparison)} ${intervalText(comparison)}`,
    by: change.method,
    runs: `${runs.baseline} and ${runs.candidate}`,
    rows: `${rows.baseline.toLocaleString('en-US')} and ${rows.candidate.toLocaleString('en-US')}`,
  };
}
