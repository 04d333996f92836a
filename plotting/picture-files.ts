import { join } from 'node:path';
import { makeFolders, pathSafe, writeFileAtomic } from '../common/files.js';
import { renderPng, renderSvg } from './render.js';
import type { Spec } from './spec.js';

/**
 * Draws a specification into `<folder>/<name>.svg` and `<name>.png`; the folder is made where it is missing.
 * @returns both paths
 */
export async function writePicture(folder: string, name: string, spec: Spec): Promise<string[]> {
  await makeFolders(folder);
  const svg = await renderSvg(spec);
  const paths = [join(folder, `${pathSafe(name)}.svg`), join(folder, `${pathSafe(name)}.png`)] as const;
  await writeFileAtomic(paths[0], svg);
  await writeFileAtomic(paths[1], await renderPng(svg));
  return [...paths];
}
