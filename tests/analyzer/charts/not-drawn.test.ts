import { expect, test } from 'vitest';
import { HOST_ROWS } from '../../../analyzer/charts/hosts/host-rows.js';
import { notDrawnRow, sentencesOf } from '../../../analyzer/charts/hosts/not-drawn.js';

const rows = HOST_ROWS.map((row) => ({
  row,
  why: row.table === 'perf' ? 'perf could not count it here' : 'one reading',
}));

test('rows that could not be drawn are told by name, together where the reason is one', () => {
  const sentences = sentencesOf(rows);
  expect(sentences).toHaveLength(2);
  expect(sentences[0]).toMatch(/^not drawn: CPU %, functions: CPU %, .* \(one reading\)$/);
  expect(sentences[1]).toBe('not drawn: perf: IPC, perf: per 1,000 instr., perf: per s (perf could not count it here)');
});

test('the words stand in lines that a narrow page has room for, and none is lost', () => {
  const { height, data } = notDrawnRow(rows) as { height: number; data: { values: { text: string; line: number }[] } };
  const lines = data.values.map(({ text }) => text);
  expect(lines.join(' ')).toBe(sentencesOf(rows).join(' '));
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(46);
  // Each sentence begins a line.
  expect(lines.filter((line) => line.startsWith('not drawn:'))).toHaveLength(2);
  expect(height).toBe(15 * lines.length);
});
