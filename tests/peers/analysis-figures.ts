import type { Analysis, GroupFigures, Quantiles } from '../../analyzer/analysis.js';
import type { FunctionResult } from '../../analyzer/results.js';
import type { Estimate } from '../../statistics/estimate.js';

/** A tree of figures; what is compared stands in its leaves. */
export type Figures = { [name: string]: Figures } | Figures[] | number | string | boolean | null;

/** Of an analysis what `pandas/figures.py` computes too, in the same shape. */
export function figuresOf(analysis: Analysis & { results: FunctionResult[] }, capacityFactors: Figures): Figures {
  const { records, period, summary, overall, functions, instances, stat, errors, results } = analysis;
  return {
    records: { expected: records.expected, missing: records.missing },
    period: { ...period },
    summary: summary as unknown as Figures,
    overall: groupOf(overall),
    functions: Object.fromEntries(functions.map((group) => [group.name, groupOf(group)])),
    instances: Object.fromEntries(instances.map((group) => [group.name, groupOf(group)])),
    stat: Object.fromEntries(
      stat.map(({ scope, name, rate, throughput, rel_stress }) => [
        `${scope} ${name}`,
        { rate, throughput, rel_stress },
      ]),
    ),
    capacity_factors: capacityFactors,
    errors: errors.map(({ function: of, outcome, error, status, count, example }) => [
      of,
      outcome,
      error,
      status,
      count,
      example,
    ]),
    results: resultsOf(results),
  };
}

/** The documents tell waits, so that the part which stands for two others is absent, and the peer has no word for it. */
function partsOf(parts: GroupFigures['parts']): Figures {
  const absent = (key: string, value: unknown): unknown =>
    key === 'network_front_wait_ms' && value === null ? undefined : value;
  return JSON.parse(JSON.stringify(parts, absent)) as Figures;
}

/** What the peer does not name: names are the keys, and the counts are in the share. */
const LEFT_OUT = ['name', 'function', 'cold_count', 'cold_unknown'];

function groupOf(group: GroupFigures): Figures {
  const figures = Object.entries(group).filter(([key]) => !LEFT_OUT.includes(key));
  return {
    ...(Object.fromEntries(figures) as { [name: string]: Figures }),
    response_ms: quantilesOf(group.response_ms),
    service_ms: quantilesOf(group.service_ms),
    acceptance_ms: quantilesOf(group.acceptance_ms),
    error_rate: valueOf(group.error_rate),
    parts: partsOf(group.parts),
    // of the known ones, where the analysis gives no share of all too
    cold_share: {
      value: group.cold_share.n === 0 ? null : group.cold_count / group.cold_share.n,
      n: group.cold_share.n,
    },
  };
}

function quantilesOf({ mean, p50, p90, p99 }: Quantiles): Figures {
  return { mean: valueOf(mean), p50: valueOf(p50), p90: valueOf(p90), p99: valueOf(p99) };
}

/** Its interval is no matter of pandas: statistics/ is held against simulations. */
function valueOf({ n, value }: Estimate): Figures {
  return { n, value };
}

function resultsOf(results: FunctionResult[]): Figures {
  const byFunction: Record<string, Figures[]> = {};
  for (const { function: of, result, count } of results) (byFunction[of] ??= []).push([result, count]);
  return byFunction;
}

/** The leaves of a tree, each with its place: `functions.alpha.parts.cold.mean.wait_ms`. */
export function leavesOf(figures: Figures, place = ''): Map<string, unknown> {
  if (typeof figures !== 'object' || figures === null) return new Map([[place, figures]]);
  return new Map(Object.entries(figures).flatMap(([name, value]) => [...leavesOf(value, `${place}.${name}`)]));
}

/** Where two trees differ: a figure that only one has, a text or a null that the other has not, numbers by more than 1e-9 relative. */
export function differences(ours: Figures, theirs: Figures): string[] {
  const [a, b] = [leavesOf(ours), leavesOf(theirs)];
  return [...new Set([...a.keys(), ...b.keys()])]
    .filter((place) => !agree(a.get(place), b.get(place)))
    .map((place) => `${place}: ${String(a.get(place))} against ${String(b.get(place))}`);
}

function agree(a: unknown, b: unknown): boolean {
  if (typeof a !== 'number' || typeof b !== 'number') return a === b;
  return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
}
