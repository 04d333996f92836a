import { join } from 'node:path';
import { makeFolders, pathSafe, writeFileAtomic } from '../common/files.js';
import { withWords, type PictureWords } from './picture-words.js';
import { renderPng, renderSvg } from './render.js';
import type { Spec } from './spec.js';

/**
 * Draws a specification into `<folder>/<name>.svg` and `<name>.png`; the folder is made where it is missing.
 * @param words what to write around it; the specification then has no title of its own
 * @returns both paths
 */
export async function writePicture(
  folder: string,
  name: string,
  spec: Spec,
  words: PictureWords | null = null,
): Promise<string[]> {
  await makeFolders(folder);
  const plain = await renderSvg(spec);
  const svg = words === null ? plain : withWords(plain, words);
  const paths = [join(folder, `${pathSafe(name)}.svg`), join(folder, `${pathSafe(name)}.png`)] as const;
  await writeFileAtomic(paths[0], svg);
  await writeFileAtomic(paths[1], await renderPng(svg));
  return [...paths];
}
