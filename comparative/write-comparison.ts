import { rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { compactUtc } from '../common/clock.js';
import { FaaslabError, messageOf, RecordsError, systemErrorCode } from '../common/errors.js';
import { besidePath, makeFolders, writeFileAtomic } from '../common/files.js';
import { writePicture } from '../plotting/picture-files.js';
import type { Tables } from '../records/tables.js';
import { isChart } from './charts/chart.js';
import { chartsOf } from './charts/charts.js';
import { drawCustomPlot, type ComparativePlotting } from './custom-plot.js';
import { reportHtml } from './report.js';
import type { ComparisonResult, Written } from './result.js';
import { writeTables, type TableFormat } from './write-tables.js';

export interface WriteOptions {
  /** the folder of this comparison; null = `comparisons/<time>` */
  out: string | null;
  plot: boolean;
  report: boolean;
  tables: TableFormat | null;
  customPlot: { file: string; plot: ComparativePlotting } | null;
}

/**
 * Writes pictures, report, tables and customized plots into the folder of the comparison. A new folder appears only when
 * all of it is there; into a folder that exists, files are put one by one, each whole.
 * @throws RecordsError if something cannot be written
 */
export async function writeComparison(
  result: ComparisonResult,
  tables: Tables,
  options: WriteOptions,
): Promise<Written> {
  const { plot, report, tables: format, customPlot } = options;
  const written: Written = { folder: null, pictures: [], report: null, tables: [], fault: null };
  if (!plot && !report && format === null && customPlot === null) return written;
  const charts = plot || report ? await chartsOf(result, tables) : [];
  const files = async (folder: string) => {
    if (plot)
      for (const { name, spec } of charts.filter(isChart))
        written.pictures.push(...(await writePicture(folder, name, spec)));
    if (format !== null)
      written.tables.push(...(await writeTables(tables, result.merged, format, join(folder, 'tables'))));
    if (report) {
      written.report = join(folder, 'report.html');
      await writeFileAtomic(written.report, await reportHtml(result, charts));
    }
    // Last, since it is the user's own: what goes wrong in it finds everything else written.
    if (customPlot !== null) {
      const drawn = await drawCustomPlot(customPlot.file, customPlot.plot, tables, result.merged.tools, folder);
      written.pictures.push(...drawn.pictures);
      written.fault = drawn.fault;
    }
  };
  try {
    return await inFolder(options.out, files, written);
  } catch (error) {
    if (error instanceof FaaslabError || systemErrorCode(error) === undefined) throw error;
    throw new RecordsError(`the comparison cannot be written: ${messageOf(error)}`);
  }
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
