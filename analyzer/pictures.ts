import { dirname } from 'node:path';
import { makeFolders, writeFileAtomic } from '../common/files.js';
import { writePicture } from '../plotting/picture-files.js';
import { renderPng, renderSvg } from '../plotting/render.js';
import type { Tables } from '../records/tables.js';
import type { Chart } from './charts/chart.js';
import { resultsSpec } from './charts/results.js';

/**
 * Writes each chart as `<name>.svg` and `<name>.png` into a folder, which is made where it is missing.
 * @returns the paths, in the order of the charts
 */
export async function writePictures(folder: string, charts: readonly Chart[], signal?: AbortSignal): Promise<string[]> {
  const paths: string[] = [];
  for (const { name, title, spec } of charts) {
    signal?.throwIfAborted();
    paths.push(...(await writePicture(folder, name, { title, ...spec })));
  }
  return paths;
}

/**
 * Draws duration, init, wait and latency against start once and writes the picture to each path.
 * @param tables with the table `joined` (join.ts)
 */
export async function writeResultsPng(tables: Tables, paths: readonly string[]): Promise<void> {
  const png = await renderPng(await renderSvg(await resultsSpec(tables)));
  for (const path of paths) {
    await makeFolders(dirname(path));
    await writeFileAtomic(path, png);
  }
}
