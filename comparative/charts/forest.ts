import { INK, PLOT_WIDTH } from '../../plotting/theme.js';
import type { Comparison } from '../comparison.js';
import { changeText, groupName, intervalText, measureName } from '../wording.js';
import type { ComparisonResult } from '../result.js';
import { type Chart, counted, legendNames, type NoChart, shortName } from './chart.js';

const NAME = 'forest';
/** On a phone names and figures are smaller, or they would leave no room for the bars. */
const NARROW = 'width < 200';
/** Lines of a picture; more are a table, which the page has. */
const MOST_LINES = 80;

const FINDINGS = { worse: 'worse', better: 'better', open: 'cannot tell' } as const;
const COLOURS = { domain: Object.values(FINDINGS), range: ['#d55e00', '#009e73', '#8c959f'] };
const SHAPES = { domain: Object.values(FINDINGS), range: ['triangle-right', 'triangle-left', 'circle'] };

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
  const short = legendNames(groups);
  const rows = (by: Comparison['by']) =>
    shown
      .filter((comparison) => comparison.by === by)
      .map((comparison) => rowOf(comparison, short[groups.indexOf(groupName(comparison))]!));
  const ratios = rows('ratio');
  const shares = rows('difference');
  const panels = [
    ...(ratios.length > 0 ? [panel(ratios, 'log', 1, 'candidate ÷ baseline (log scale)')] : []),
    ...(shares.length > 0 ? [panel(shares, 'linear', 0, 'candidate − baseline (percentage points)')] : []),
  ];
  const title = 'How much changed';
  return {
    name: NAME,
    title,
    caption: captionOf(told, told.length - shown.length),
    spec: {
      title: {
        text: title,
        subtitle: `${shortName(sides.candidate.label)} against ${shortName(sides.baseline.label)}`,
      },
      vconcat: panels,
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

function captionOf(told: Comparison[], left: number): string {
  const methods = [...new Set(told.map(({ change }) => change.method))].join(', ');
  const more = left > 0 ? ` ${counted(left, 'more comparison')} with greater p values stand in the table only.` : '';
  return `Bars are 95 % intervals (${methods}; the method and n of each stand in the table). “Worse” and “better” are said only where the p value, corrected for all comparisons on this page (Holm), is below 5 %; a grey bar may leave out the line and still not count.${more}`;
}

interface ForestRow {
  group: string;
  measure: string;
  value: number;
  low: number;
  high: number;
  finding: string;
  label: string;
}

function rowOf(comparison: Comparison, group: string): ForestRow {
  const { change, by, measure, finding } = comparison;
  const scale = by === 'ratio' ? 1 : 100;
  const isMore = finding === 'more';
  const worse = isMore !== (measure === 'throughput');
  return {
    group,
    measure: measureName(comparison),
    value: scale * change.value!,
    low: scale * change.low!,
    high: scale * change.high!,
    finding: finding === 'cannot tell' ? FINDINGS.open : worse ? FINDINGS.worse : FINDINGS.better,
    label: `${changeText(comparison)} ${intervalText(comparison)}`,
  };
}

function panel(rows: ForestRow[], type: 'log' | 'linear', none: number, title: string) {
  const values = rows.map((row) => ({ ...row, line: `${row.group} · ${row.measure}` }));
  const lines = values.map(({ line }) => line);
  const y = {
    field: 'line',
    type: 'nominal',
    title: null,
    // a scale's domain is data; a sort by names would write them into an expression
    scale: { domain: lines },
    axis: {
      labelLimit: { expr: `${NARROW} ? 115 : 260` },
      labelFontSize: { expr: `${NARROW} ? 9 : 11` },
      ticks: false,
    },
  };
  const scale = { type, domain: domainOf(rows, type, none), nice: false, clamp: true };
  const axis = {
    grid: true,
    title,
    ...(type === 'log' ? { values: ticksOf(domainOf(rows, type, none)), format: '~g' } : {}),
  };
  return {
    width: PLOT_WIDTH - 240,
    height: { step: 20 },
    data: { values },
    layer: [
      {
        mark: { type: 'rule', strokeWidth: 1.5, color: INK.text },
        data: { values: [{ none }] },
        encoding: { x: { field: 'none', type: 'quantitative' } },
      },
      {
        mark: { type: 'rule', strokeWidth: 2.5 },
        encoding: {
          x: { field: 'low', type: 'quantitative', scale, axis },
          x2: { field: 'high' },
          y,
          color: { field: 'finding', type: 'nominal', scale: COLOURS },
        },
      },
      {
        mark: { type: 'point', filled: true, opacity: 1, size: 70 },
        encoding: {
          x: { field: 'value', type: 'quantitative' },
          y,
          color: { field: 'finding', type: 'nominal', scale: COLOURS },
          shape: { field: 'finding', type: 'nominal', scale: SHAPES },
        },
      },
      {
        mark: { type: 'text', align: 'left', dx: 8, fontSize: { expr: `${NARROW} ? 9 : 11` } },
        encoding: { x: { value: 'width' }, y, text: { field: 'label', type: 'nominal' } },
      },
    ],
  };
}

/** Wide enough for every interval, and never so narrow that noise looks like a cliff: ±10 %, or ±1 percentage point. */
function domainOf(rows: ForestRow[], type: 'log' | 'linear', none: number): [number, number] {
  const low = Math.min(...rows.map((row) => row.low), type === 'log' ? 0.9 : none - 1);
  const high = Math.max(...rows.map((row) => row.high), type === 'log' ? 1.1 : none + 1);
  return type === 'log' ? [low / 1.03, high * 1.03] : [low - (high - low) / 30, high + (high - low) / 30];
}

function ticksOf([low, high]: [number, number]): number[] {
  const fine = [0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3, 1.5, 1.7, 2, 2.5];
  const coarse = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100];
  return (high / low < 4 ? fine : coarse).filter((tick) => tick >= low && tick <= high);
}
