import { INK } from '../../../plotting/theme.js';
import type { NotDrawn } from './host-curves.js';
import type { HostRow } from './row-model.js';

export interface RowNotDrawn extends NotDrawn {
  row: HostRow;
}

/** As many characters as a page 400 px wide has room for. */
const LINE_LENGTH = 46;
const LINE_HEIGHT = 15;

/** What of a panel could not be drawn, and why, in words where the curves would be. */
export function notDrawnRow(rows: readonly RowNotDrawn[]): object {
  const lines = sentencesOf(rows).flatMap((sentence) => linesOf(sentence));
  return {
    height: LINE_HEIGHT * lines.length,
    data: { values: lines.map((text, line) => ({ text, line: line + 0.5 })) },
    mark: { type: 'text', align: 'left', baseline: 'middle', color: INK.muted, limit: { expr: 'width' } },
    encoding: {
      x: { value: 0 },
      y: {
        field: 'line',
        type: 'quantitative',
        axis: null,
        scale: { domain: [0, lines.length], reverse: true, nice: false },
      },
      text: { field: 'text' },
    },
  };
}

/** One for each reason: `not drawn: CPU %, disks MB/s (one reading, and a rate needs two)`. */
export function sentencesOf(rows: readonly RowNotDrawn[]): string[] {
  const byReason = new Map<string, string[]>();
  for (const { row, why } of rows) byReason.set(why, [...(byReason.get(why) ?? []), row.title.join(' ')]);
  return [...byReason].map(([why, names]) => `not drawn: ${names.join(', ')} (${why})`);
}

function linesOf(sentence: string): string[] {
  const lines: string[] = [];
  for (const word of sentence.split(' ')) {
    const longer = `${lines.at(-1) ?? ''} ${word}`;
    if (lines.length > 0 && longer.length <= LINE_LENGTH) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
