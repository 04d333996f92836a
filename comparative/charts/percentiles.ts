import { tInterval } from '../../statistics/sectioning.js';
import { meanOf, varianceOf } from '../../statistics/quantiles.js';
import { coloursOf } from '../../plotting/theme.js';
import type { TimeColumn } from '../comparison.js';
import { CURVE_PERCENTILES, type RunFigures } from '../run-figures.js';
import { type Chart, shortName } from './chart.js';

/** Runs that are drawn as one curve: a side, or without sides a test. */
export interface CurveGroup {
  label: string;
  colour?: string;
  runs: string[];
}

/** Functions drawn in one picture; more would not fit a page. */
const MOST_FUNCTIONS = 6;

/**
 * Percentile curves, overlaid, a panel a function; x stretches the tail (50, 90, 99, 99.9 %). Of several runs the curve is
 * the geometric mean of the runs' own percentiles, and the band its 95 % interval (Student's t over the runs).
 * @returns null where no time was recorded
 */
export function percentilesChart(groups: CurveGroup[], figures: RunFigures[]): Chart | null {
  const of = (time: TimeColumn) => curvesOf(groups, figures, time);
  const time = of('response_ms').length > 0 ? 'response_ms' : 'latency_ms';
  const values = of(time);
  if (values.length === 0) return null;
  const functions = [...new Set(values.map((row) => row.function))].sort();
  const shown = functions.slice(0, MOST_FUNCTIONS);
  const left = functions.length - shown.length;
  const colours = coloursOf(groups.map(({ label }) => shortName(label)));
  const given = groups.map(({ colour }) => colour);
  const scale = given.every((colour) => colour !== undefined)
    ? { domain: groups.map(({ label }) => shortName(label)), range: given }
    : colours;
  const word = time === 'response_ms' ? 'Response time' : 'Latency';
  const title = `${word} by percentile`;
  const banded = values.some((row) => row.low !== null);
  const facets = shown.length > 1;
  const unit = {
    width: facets ? 300 : 640,
    height: facets ? 200 : 320,
    layer: [
      {
        mark: { type: 'area', opacity: 0.18, line: false },
        encoding: {
          ...axes(word),
          y: { ...axes(word).y, field: 'low' },
          y2: { field: 'high' },
          color: { field: 'label', type: 'nominal', scale },
        },
      },
      {
        mark: { type: 'line', point: { size: 18 } },
        encoding: { ...axes(word), color: { field: 'label', type: 'nominal', scale } },
      },
    ],
  };
  const drawn = values
    .filter((row) => shown.includes(row.function))
    .map((row) => ({ ...row, function: shortName(row.function) }));
  return {
    name: 'percentiles',
    title,
    caption:
      (banded
        ? 'Curves of several runs are the geometric mean of the runs, the band is its 95 % interval over the runs. '
        : 'One run a curve: nothing is known of the spread between runs. ') +
      'A curve ends where fewer than 10 rows lie beyond.' +
      (left > 0 ? ` ${left} more function${left === 1 ? '' : 's'} not drawn.` : ''),
    spec: facets
      ? {
          title,
          data: { values: drawn },
          facet: { field: 'function', type: 'nominal' },
          columns: 2,
          spec: unit,
          resolve: { scale: { y: 'independent' } },
        }
      : { title: { text: title, subtitle: shortName(shown[0]!) }, data: { values: drawn }, ...unit },
  };
}

function axes(word: string) {
  return {
    x: {
      field: 'tail',
      type: 'quantitative',
      title: 'percentile (log scale of what lies beyond)',
      scale: { domain: [0, 3.05], nice: false },
      axis: {
        grid: true,
        values: [0, 0.30103, 1, 2, 3],
        labelExpr: "{'0': '0', '1': '90', '2': '99', '3': '99.9 %'}[format(datum.value, '~g')] || '50'",
      },
    },
    y: {
      field: 'value',
      type: 'quantitative',
      title: `${word.toLowerCase()} (ms, log scale)`,
      scale: { type: 'log', nice: true },
    },
  };
}

interface CurvePoint {
  label: string;
  function: string;
  /** −log₁₀(1 − p) */
  tail: number;
  value: number;
  low: number | null;
  high: number | null;
}

function curvesOf(groups: CurveGroup[], figures: RunFigures[], time: TimeColumn): CurvePoint[] {
  const points: CurvePoint[] = [];
  for (const { label, runs } of groups) {
    const own = figures.filter((row) => row.scope === 'function' && runs.includes(row.run_id));
    for (const name of new Set(own.map((row) => row.function))) {
      const curves = own.filter((row) => row.function === name).map((row) => row.curve[time]);
      for (const [i, p] of CURVE_PERCENTILES.entries()) {
        const known = curves.flatMap((curve) => curve[i] ?? []).filter((value) => value > 0);
        // A point that only some of the runs can tell would bend the curve by who is left.
        if (known.length < curves.length) continue;
        points.push({ label: shortName(label), function: name, tail: -Math.log10(1 - p), ...bandOf(known) });
      }
    }
  }
  return points;
}

function bandOf(values: number[]): { value: number; low: number | null; high: number | null } {
  const logs = values.map(Math.log);
  const value = meanOf(logs)!;
  if (logs.length < 3) return { value: Math.exp(value), low: null, high: null };
  const [low, high] = tInterval({ value, variance: varianceOf(logs)! / logs.length, df: logs.length - 1 });
  return { value: Math.exp(value), low: Math.exp(low), high: Math.exp(high) };
}
