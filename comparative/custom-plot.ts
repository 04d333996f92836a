import { readdir } from 'node:fs/promises';
import { messageOf } from '../common/errors.js';
import { writePicture } from '../plotting/picture-files.js';
import type { Spec } from '../plotting/spec.js';
import { quoteName, type Tables } from '../records/tables.js';
import { perfTableName } from './combined-views.js';
import { isObject, kindOf } from './custom-plot-specs.js';
import { PlotFault, type PlotThread } from './plot-thread.js';

export interface CustomPictures {
  pictures: string[];
  /** what went wrong, with its line; the pictures drawn before it stand */
  fault: string | null;
  /** what its user may not have meant */
  notice: string | null;
}

const [TEST, STAT] = ['combined_test', 'combined_stat'];

/** Runs a customized plot and draws what it returns; whatever happens in it harms nothing else. */
export async function drawCustomPlot(
  plot: PlotThread,
  tables: Tables,
  tools: string[],
  out: string,
): Promise<CustomPictures> {
  const pictures: string[] = [];
  const faults: string[] = [];
  const names = { test: TEST, stat: STAT, perfs: Object.fromEntries(tools.map((tool) => [tool, perfTableName(tool)])) };
  const before = await filesIn(out);
  let specs: [name: string, spec: Spec][] = [];
  try {
    specs = await plot.draw(names, out, (table, sql) =>
      sql === null ? tables.query(everyRow(table)) : tables.select(sql),
    );
  } catch (error) {
    if (!(error instanceof PlotFault)) throw error;
    faults.push(error.message);
  }
  for (const [name, spec] of specs) {
    await drawSpec(out, name, spec).then(
      (paths) => pictures.push(...paths),
      (error: unknown) => faults.push(`${plot.file}: ${messageOf(error)}`),
    );
  }
  const drewNothing = faults.length === 0 && specs.length === 0 && (await filesIn(out)) === before;
  return {
    pictures,
    fault: faults.length === 0 ? null : faults.join('; '),
    notice: drewNothing
      ? `${plot.file}: ComparativePlotting returned no specification and wrote no file into out, so it drew nothing`
      : null,
  };
}

async function filesIn(folder: string): Promise<number> {
  return (await readdir(folder, { recursive: true })).length;
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

/** In an order of its own, so that the same archives always give the same picture. */
function everyRow(table: string): string {
  const order = table === TEST ? 'run_id, seq' : table === STAT ? 'run_id, scope, name' : 'run_id, host, time_ms';
  return `SELECT * FROM ${quoteName(table)} ORDER BY ${order}`;
}
