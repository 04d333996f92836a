import { rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { compactUtc } from '../common/clock.js';
import { FaaslabError, messageOf, RecordsError } from '../common/errors.js';
import { besidePath, makeFolders, writeFileAtomic } from '../common/files.js';
import type { Tables } from '../records/tables.js';
import type { NoChart, Picture } from './charts/chart.js';
import type { DrawnCharts } from './draw-charts.js';
import type { PlotThread } from './plot-thread.js';
import type { ComparisonResult, Written } from './result.js';
import { isSystemError } from './system-error.js';
import { writeTables, type TableFormat } from './write-tables.js';

type Planned = readonly (Picture | NoChart)[];

export interface WriteOptions {
  /** the folder of this comparison; null = `comparisons/<time>` */
  out: string | null;
  plot: boolean;
  report: boolean;
  tables: TableFormat | null;
  customPlot: PlotThread | null;
}

/**
 * Writes pictures, report, tables and customized plots into the folder of the comparison. A new folder appears only when
 * all of it is there; into a folder that exists, files are put one by one, each whole. What draws takes longer to load than many a
 * comparison takes, so it is imported where something is drawn.
 * @throws RecordsError if something cannot be written
 */
export async function writeComparison(
  result: ComparisonResult,
  tables: Tables,
  options: WriteOptions,
): Promise<Written> {
  const { plot, report, tables: format, customPlot } = options;
  const written: Written = {
    folder: null,
    pictures: [],
    report: null,
    tables: [],
    undrawn: [],
    fault: null,
    notice: null,
  };
  if (!plot && !report && format === null && customPlot === null) return written;
  const planned = plot || report ? await chartsIn(result, tables) : [];
  const files = async (folder: string) => {
    const { charts, pictures, undrawn } = await drawnIn(planned, plot ? folder : null);
    written.pictures.push(...pictures);
    written.undrawn.push(...undrawn);
    if (format !== null)
      written.tables.push(...(await writeTables(tables, result.merged, format, join(folder, 'tables'))));
    if (report) {
      const { reportHtml } = await import('./report.js');
      written.report = join(folder, 'report.html');
      await writeFileAtomic(written.report, await reportHtml(result, charts));
    }
    // Last, since it is the user's own: what goes wrong in it finds everything else written.
    if (customPlot !== null) {
      const { drawCustomPlot } = await import('./custom-plot.js');
      const drawn = await drawCustomPlot(customPlot, tables, result.merged.tools, folder);
      written.pictures.push(...drawn.pictures);
      written.fault = drawn.fault;
      written.notice = drawn.notice;
    }
  };
  try {
    return await inFolder(options.out, files, written);
  } catch (error) {
    if (error instanceof FaaslabError || !isSystemError(error)) throw error;
    throw new RecordsError(`the comparison cannot be written: ${messageOf(error)}`);
  }
}

async function chartsIn(result: ComparisonResult, tables: Tables): Promise<Planned> {
  const { chartsOf } = await import('./charts/charts.js');
  return chartsOf(result, tables);
}

async function drawnIn(planned: Planned, folder: string | null): Promise<DrawnCharts> {
  if (planned.length === 0) return { charts: [], pictures: [], undrawn: [] };
  const { drawCharts } = await import('./draw-charts.js');
  return drawCharts(planned, folder);
}

async function inFolder(
  out: string | null,
  files: (folder: string) => Promise<void>,
  written: Written,
): Promise<Written> {
  if (out !== null && (await exists(out))) {
    await files(out);
    return { ...written, folder: out };
  }
  const folder = out ?? (await freeName(join('comparisons', compactUtc(Date.now()))));
  const beside = besidePath(folder);
  await makeFolders(beside);
  try {
    await files(beside);
    await rename(beside, folder);
  } catch (error) {
    await rm(beside, { recursive: true, force: true });
    throw error;
  }
  const moved = (path: string) => path.replace(beside, folder);
  return {
    ...written,
    folder,
    pictures: written.pictures.map(moved),
    tables: written.tables.map(moved),
    report: written.report === null ? null : moved(written.report),
  };
}

async function freeName(path: string): Promise<string> {
  for (let n = 1; ; n += 1) {
    const candidate = n === 1 ? path : `${path}_${n}`;
    if (!(await exists(candidate))) return candidate;
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
