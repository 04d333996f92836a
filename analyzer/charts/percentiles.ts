import { onlyColoursOf } from '../../plotting/theme.js';
import { leftOutNote, type Chart, type ChartSource } from './chart.js';
import type { Distribution } from './distribution.js';
import { logScale } from './scales.js';

const TICKS = [0, 0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999];
const HEIGHT = 300;

/** Latency over the percentile, with the tail stretched: each step of the axis is ten times rarer. Null without latencies. */
export function percentileChart(
  { functions, colours, latency }: ChartSource,
  distributions: readonly Distribution[],
): Chart | null {
  if (distributions.length === 0) return null;
  const curve = distributions.flatMap(({ name, curve, n }) =>
    curve.map(({ p, ms, sparse }) => ({
      name,
      n,
      tail: tailOf(p),
      percentile: `${+(100 * p).toFixed(3)} %`,
      ms,
      sparse,
    })),
  );
  const band = distributions.flatMap(({ name, band }) =>
    band.map(({ p, low, high }) => ({ name, tail: tailOf(p), low, high })),
  );
  const values = [...curve.map(({ ms }) => ms), ...band.flatMap(({ low, high }) => [low, high])];
  const y = logScale(Math.min(...values), Math.max(...values));
  const last = Math.max(...curve.map(({ tail }) => tail));
  const ticks = TICKS.map(tailOf).filter((tail) => tail <= last + 0.05);
  const color = {
    field: 'name',
    type: 'nominal',
    scale: onlyColoursOf(
      colours,
      distributions.map(({ name }) => name),
    ),
    legend: null,
  };
  const x = {
    field: 'tail',
    type: 'quantitative',
    title: 'percentile (each step is ten times rarer)',
    scale: { domain: [0, last], nice: false },
    axis: {
      values: ticks,
      grid: true,
      // 1 − 10^−tail, as a percentage: 0, 50, 90, 99, 99.9 %
      labelExpr: "format(100 * (1 - pow(10, -datum.value)), '.6~r') + ' %'",
    },
  };
  return {
    name: 'percentiles',
    title: 'Response time by percentile',
    question: 'How is it distributed?',
    caption:
      `${latency.meaning} Bands are 95 % intervals that allow for correlation between neighbours; ` +
      `dotted where fewer than ten rows lie beyond.${leftOutNote(functions)}`,
    spec: {
      width: 560,
      height: HEIGHT,
      layer: [
        {
          data: { values: band },
          mark: { type: 'area', opacity: 0.18, clip: true },
          encoding: {
            x,
            y: { field: 'low', type: 'quantitative', ...y, title: latency.label },
            y2: { field: 'high' },
            color,
          },
        },
        ...[false, true].map((sparse) => ({
          data: { values: joined(curve, sparse) },
          mark: { type: 'line', interpolate: 'linear', ...(sparse ? { strokeDash: [2, 3], strokeWidth: 1.5 } : {}) },
          encoding: { x, y: { field: 'ms', type: 'quantitative', ...y }, color },
        })),
        {
          data: { values: curve },
          mark: { type: 'point', size: 60, opacity: 0 },
          encoding: {
            x,
            y: { field: 'ms', type: 'quantitative', ...y },
            tooltip: [
              { field: 'name', title: 'function' },
              { field: 'n', title: 'rows', format: ',' },
              { field: 'percentile', title: 'percentile' },
              { field: 'ms', title: 'ms', format: ',.3~r' },
            ],
          },
        },
        endLabels(distributions, y.scale.domain, color),
      ],
    },
  };
}

/** −log₁₀(1 − p): 0 at the minimum, 0.3 at the median, 1 at p90, 2 at p99. */
function tailOf(p: number): number {
  return -Math.log10(1 - p);
}

/** The dotted part begins where the solid one ends, so that the line does not break. */
function joined<Point extends { name: string; sparse: boolean }>(curve: Point[], sparse: boolean): Point[] {
  return curve.filter(
    (point, i) => point.sparse === sparse || (sparse && curve[i + 1]?.sparse && curve[i + 1]!.name === point.name),
  );
}

/** The names at the right edge, each at the height where its line ends, pushed apart where they would overlap. */
function endLabels(distributions: readonly Distribution[], [low, high]: [number, number], color: object): object {
  const pixelsOf = (ms: number) => HEIGHT * (1 - Math.log(ms / low) / Math.log(high / low));
  const ends = distributions.map(({ name, curve }) => ({ name, at: pixelsOf(curve.at(-1)!.ms) }));
  return {
    data: { values: spread(ends) },
    mark: { type: 'text', align: 'left', dx: 6, fontSize: 12, limit: 110 },
    encoding: {
      x: { value: 'width' },
      y: { field: 'at', type: 'quantitative', scale: null },
      text: { field: 'name' },
      color,
    },
  };
}

/** Moves labels down where the one above is too near, then all of them up again if the last fell off the plot. */
export function spread<Label extends { at: number }>(labels: Label[], gap = 15, floor = HEIGHT): Label[] {
  const placed = labels.toSorted((a, b) => a.at - b.at).map((label) => ({ ...label }));
  for (let i = 1; i < placed.length; i += 1) placed[i]!.at = Math.max(placed[i]!.at, placed[i - 1]!.at + gap);
  for (let i = placed.length - 1, limit = floor; i >= 0; i -= 1, limit -= gap)
    placed[i]!.at = Math.min(placed[i]!.at, limit);
  return placed;
}
