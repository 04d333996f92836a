import type { Spec } from '../plotting/spec.js';

/** A combined table as a customized plot sees it. */
export interface PlotTable {
  /** its name in the SQL of `query` */
  readonly name: string;
  /** every row, run by run in the order of `seq` (of monitors: host by host in that of time); for large comparisons ask `query` for what the picture shows */
  rows(): Promise<Record<string, unknown>[]>;
  /** rows of one DuckDB select, which may read all combined tables by their names */
  query(sql: string): Promise<Record<string, unknown>[]>;
}

/** Vega-Lite specifications: one, a list, or a named collection; nothing where the function wrote its files itself. */
type Returned = Spec | Spec[] | Record<string, Spec> | null | undefined;

/** What a module given by `-c` exports. */
export type ComparativePlotting = (
  tests: PlotTable,
  perfs: Record<string, PlotTable>,
  place: { out: string; stat: PlotTable },
) => Returned | Promise<Returned>;

/** A specification has a mark, layers, or the like; anything else is a collection of specifications by name. */
const SPEC_KEYS = ['mark', 'layer', 'hconcat', 'vconcat', 'concat', 'facet', 'repeat', 'spec', '$schema'];

/** @throws TypeError for what is none of these */
export function specsIn(returned: Returned): [name: string, spec: Spec][] {
  if (returned === null || returned === undefined) return [];
  if (Array.isArray(returned)) return returned.map((spec, i) => [`custom-${i + 1}`, spec]);
  if (!isObject(returned)) {
    throw new TypeError(`ComparativePlotting returned ${kindOf(returned)}, not Vega-Lite specifications`);
  }
  if (SPEC_KEYS.some((key) => Object.hasOwn(returned, key))) return [['custom', returned as Spec]];
  return Object.entries(returned as Record<string, Spec>).map(([name, spec]) => [`custom-${name}`, spec]);
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'a list';
  return `${/^[aeiou]/.test(typeof value) ? 'an' : 'a'} ${typeof value}`;
}
