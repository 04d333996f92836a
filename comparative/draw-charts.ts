import { messageOf } from '../common/errors.js';
import { writePicture } from '../plotting/picture-files.js';
import { renderSvg } from '../plotting/render.js';
import { isChart, type NoChart, type Picture } from './charts/chart.js';
import { isSystemError } from './system-error.js';

type Drawn = readonly (Picture | NoChart)[];

/** What came of the pictures: files, and the list in which one that cannot be drawn has its reason in its place. */
export interface DrawnCharts {
  charts: Drawn;
  pictures: string[];
  /** a sentence for each that cannot be drawn */
  undrawn: string[];
}

/**
 * Draws each picture, into files if a folder is given. One that the drawing library refuses takes none of the others along: it is
 * named, with what the library said, which by itself tells nobody which picture it is about.
 */
export async function drawCharts(charts: Drawn, folder: string | null): Promise<DrawnCharts> {
  const pictures: string[] = [];
  const undrawn: string[] = [];
  const kept: (Picture | NoChart)[] = [];
  for (const chart of charts) {
    try {
      if (isChart(chart) && folder !== null)
        pictures.push(...(await writePicture(folder, chart.name, chart.spec, chart)));
      else if (isChart(chart)) await renderSvg(chart.spec);
      kept.push(chart);
    } catch (error) {
      // A full disk is no fault of the picture, and is told as what it is.
      if (isSystemError(error)) throw error;
      const why = `The picture ${chart.name} could not be drawn (${messageOf(error)}); this is a fault of faaslab, not of the runs, and the other pictures and all figures stand.`;
      undrawn.push(why);
      kept.push({ name: chart.name, why });
    }
  }
  return { charts: kept, pictures, undrawn };
}
