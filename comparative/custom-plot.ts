import { resolve } from 'node:path';
import { messageOf } from '../common/errors.js';
import { writePicture } from '../plotting/picture-files.js';
import type { Spec } from '../plotting/spec.js';
import { quoteName, type Tables } from '../records/tables.js';
import { perfTableName } from './combined-views.js';
import { guarded } from './guarded.js';
import { lineIn } from './load-custom-plot.js';

/** A combined table as a customized plot sees it. */
export interface PlotTable {
  /** its name in the SQL of `query` */
  readonly name: string;
  /** every row, run by run in the order of `seq` (of monitors: host by host in that of time); for large comparisons ask `query` for what the picture shows */
  rows(): Promise<Record<string, unknown>[]>;
  /** rows of a DuckDB select, which may read all combined tables by their names */
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

export interface CustomPictures {
  pictures: string[];
  /** what went wrong, with its line; the pictures drawn before it stand */
  fault: string | null;
}

/** Runs a customized plot and draws what it returns; whatever happens in it harms nothing else. */
export async function drawCustomPlot(
  file: string,
  plot: ComparativePlotting,
  tables: Tables,
  tools: string[],
  out: string,
): Promise<CustomPictures> {
  const pictures: string[] = [];
  const perfs = Object.fromEntries(
    tools.map((tool) => [tool, tableOf(tables, perfTableName(tool), 'run_id, host, time_ms')]),
  );
  const faults: string[] = [];
  const fault = (error: unknown) => faults.push(`${file}${lineIn(resolve(file), error)}: ${messageOf(error)}`);
  let specs: [name: string, spec: Spec][] = [];
  try {
    const place = { out, stat: tableOf(tables, 'combined_stat', 'run_id, scope, name') };
    specs = specsIn(await guarded(() => plot(tableOf(tables, 'combined_test', 'run_id, seq'), perfs, place)));
  } catch (error) {
    fault(error);
  }
  for (const [name, spec] of specs) await drawSpec(out, name, spec).then((paths) => pictures.push(...paths), fault);
  return { pictures, fault: faults.length === 0 ? null : faults.join('; ') };
}

async function drawSpec(out: string, name: string, spec: Spec): Promise<string[]> {
  if (!isObject(spec)) throw new TypeError(`${name} is ${kindOf(spec)}, not a Vega-Lite specification`);
  try {
    return await writePicture(out, name, spec);
  } catch (error) {
    // Vega-Lite's own words seldom say which specification they are about.
    throw new Error(`the specification of ${name} cannot be drawn: ${messageOf(error)}`, { cause: error });
  }
}

/** @param order of `rows()`, so that the same archives always give the same picture */
function tableOf(tables: Tables, name: string, order: string): PlotTable {
  return {
    name,
    rows: () => queryFrom(tables, `SELECT * FROM ${quoteName(name)} ORDER BY ${order}`),
    query: (sql) => queryFrom(tables, sql),
  };
}

/** The database's own errors come from another thread and know no line; this one knows who asked. */
async function queryFrom(tables: Tables, sql: string): Promise<Record<string, unknown>[]> {
  const { stack } = new Error('asked here');
  try {
    return await tables.query(sql);
  } catch (error) {
    throw Object.assign(new Error(messageOf(error), { cause: error }), { stack });
  }
}

/** A specification has a mark, layers, or the like; anything else is a collection of specifications by name. */
const SPEC_KEYS = ['mark', 'layer', 'hconcat', 'vconcat', 'concat', 'facet', 'repeat', 'spec', '$schema'];

function specsIn(returned: Returned): [name: string, spec: Spec][] {
  if (returned === null || returned === undefined) return [];
  if (Array.isArray(returned)) return returned.map((spec, i) => [`custom-${i + 1}`, spec]);
  if (!isObject(returned)) {
    throw new TypeError(`ComparativePlotting returned ${kindOf(returned)}, not Vega-Lite specifications`);
  }
  if (SPEC_KEYS.some((key) => Object.hasOwn(returned, key))) return [['custom', returned as Spec]];
  return Object.entries(returned as Record<string, Spec>).map(([name, spec]) => [`custom-${name}`, spec]);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'a list';
  return `${/^[aeiou]/.test(typeof value) ? 'an' : 'a'} ${typeof value}`;
}
