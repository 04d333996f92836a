import { counted } from './chart.js';
import { listed } from './method-text.js';
import type { Scene } from './scene.js';

/**
 * Sentences for a caption: which tests and functions have no panel or curve, by which rule, and where they stand.
 * @param drawn functions that have a panel
 * @param lacking what the others of the scene have none of
 */
export function leftOutOf(scene: Scene, drawn: readonly string[] = scene.functions, lacking = ''): string {
  const { result, groups, groupsLeft, functions, functionsLeft, titles } = scene;
  const sentences = [];
  if (groupsLeft > 0)
    sentences.push(
      `${groups.length} of ${counted(groups.length + groupsLeft, 'test')} are drawn: those that began last.`,
    );
  if (functionsLeft > 0) {
    const [first, rest] =
      result.sides === null
        ? ['in the most tests', '']
        : ['on both sides', '; the report’s table and --json compare all'];
    sentences.push(
      `Of ${counted(functions.length + functionsLeft, 'function')} ${functions.length} were taken: those ${first} with the most rows${rest}.`,
    );
  }
  const without = functions.filter((name) => !drawn.includes(name));
  if (without.length > 0)
    sentences.push(`Not drawn, as ${lacking}: ${listed(without.map((name) => titles.get(name)!))}.`);
  return sentences.map((sentence) => ` ${sentence}`).join('');
}
