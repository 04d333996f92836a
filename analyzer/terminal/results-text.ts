import type { FunctionResult } from '../results.js';
import { grouped, plainText } from './numbers.js';

const WIDTH = 100;

/** What the functions returned; whole results with `whole`, else a line each. */
export function resultsText(results: readonly FunctionResult[], whole: boolean): string {
  if (results.length === 0) return 'results: nothing that the functions returned was kept\n';
  const lines: string[] = [];
  let shownFunction: string | undefined;
  for (const { function: name, result, count, distinct_results } of results) {
    if (name !== shownFunction) lines.push(`results of ${plainText(name)} (${grouped(distinct_results)} distinct):`);
    shownFunction = name;
    const line = `  ${grouped(count)} × `;
    lines.push(line + plainText(result, whole ? Infinity : WIDTH - line.length));
  }
  return `${lines.join('\n')}\n`;
}
