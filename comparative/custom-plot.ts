import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ConfigError, messageOf, systemErrorCode } from '../common/errors.js';
import { quoteName, type Tables } from '../records/tables.js';
import type { Spec } from '../plotting/spec.js';
import { writePicture } from '../plotting/picture-files.js';
import { perfTableName } from './combined-views.js';
import { equivalentOfPython } from './custom-plot-advice.js';

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

/**
 * Loads a customized plot before anything else is done.
 * @throws ConfigError if the file is missing, is Python, cannot be loaded, or exports no `ComparativePlotting`
 */
export async function loadCustomPlot(file: string): Promise<ComparativePlotting> {
  if (extname(file) === '.py') throw new ConfigError(equivalentOfPython(file));
  const path = resolve(file);
  if (!existsSync(path)) throw new ConfigError(`${file}: there is no such file (--customized_plot)`);
  let loaded: Record<string, unknown>;
  try {
    loaded = (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  } catch (error) {
    if (systemErrorCode(error) === 'ERR_UNKNOWN_FILE_EXTENSION') {
      throw new ConfigError(
        `${file}: Node ${process.version} cannot load ${extname(file) || 'this kind of'} files; write it as .mjs`,
      );
    }
    const line = error instanceof SyntaxError ? lineOfSyntaxError(path) : lineIn(path, error);
    throw new ConfigError(`${file}${line}: it cannot be loaded: ${messageOf(error)}`);
  }
  const found =
    loaded['ComparativePlotting'] ??
    (loaded['default'] as Record<string, unknown> | undefined)?.['ComparativePlotting'];
  if (typeof found !== 'function') {
    throw new ConfigError(`${file}: it exports no function ComparativePlotting(tests, perfs)`);
  }
  return found as ComparativePlotting;
}

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
  try {
    const returned = await plot(tableOf(tables, 'combined_test', 'run_id, seq'), perfs, {
      out,
      stat: tableOf(tables, 'combined_stat', 'run_id, scope, name'),
    });
    for (const [name, spec] of specsIn(returned)) pictures.push(...(await drawSpec(out, name, spec)));
    return { pictures, fault: null };
  } catch (error) {
    return { pictures, fault: `${file}${lineIn(resolve(file), error)}: ${messageOf(error)}` };
  }
}

async function drawSpec(out: string, name: string, spec: Spec): Promise<string[]> {
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
  if (typeof returned !== 'object') throw new TypeError('ComparativePlotting returned no Vega-Lite specification');
  if (SPEC_KEYS.some((key) => Object.hasOwn(returned, key))) return [['custom', returned as Spec]];
  return Object.entries(returned as Record<string, Spec>).map(([name, spec]) => [`custom-${name}`, spec]);
}

/** The error that an import throws does not say where its syntax is wrong; Node's own check does. */
function lineOfSyntaxError(path: string): string {
  const { stderr } = spawnSync(process.execPath, ['--check', path], { encoding: 'utf8' });
  return /^[^\n]*(:\d+)\n/.exec(stderr)?.[1] ?? '';
}

/** `:12` where the stack of an error names a line of the file. */
function lineIn(path: string, error: unknown): string {
  if (!(error instanceof Error) || error.stack === undefined) return '';
  const escaped = [path, pathToFileURL(path).href].map((text) =>
    text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`),
  );
  const line = new RegExp(`(?:${escaped.join('|')}):(\\d+)`).exec(error.stack)?.[1];
  return line === undefined ? '' : `:${line}`;
}
