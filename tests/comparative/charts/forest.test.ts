import { expect, test } from 'vitest';
import { isChart } from '../../../comparative/charts/chart.js';
import { forestChart } from '../../../comparative/charts/forest.js';
import type { Comparison } from '../../../comparative/comparison.js';
import { renderSvg } from '../../../plotting/render.js';
import { comparison } from '../comparison-fixture.js';
import { panelRows } from './scenes.js';

const sides = { baseline: { label: 'v1', runs: ['a'] }, candidate: { label: 'v2', runs: ['b'] }, chosen: null };

/** The i-th is the surer the greater i is. */
const ranked = (i: number, name = `f${i}`): Comparison =>
  comparison('p50', [1.1, 1.05, 1.15], { name, function: name, p: 1 / (i + 2), p_holm: 1 / (i + 2) });

test('of more than eighty comparisons the surest are drawn, in their own order, and the caption counts the others', async () => {
  const chart = forestChart({ sides, comparisons: Array.from({ length: 90 }, (_, i) => ranked(i)) });
  if (!isChart(chart)) throw new Error(chart.why);
  const lines = panelRows(chart)[0]![0]!.map(({ line }) => line);
  expect(lines).toEqual(Array.from({ length: 80 }, (_, i) => `f${i + 10} · response p50`));
  expect(chart.caption).toContain('10 more comparisons with greater p values stand in the table only.');
  expect(await renderSvg(chart.spec)).toContain('f89 · response p50');
});

test('two functions whose long names differ in the middle only keep a line each', () => {
  const names = ['x', 'y'].map((middle) => `${'a'.repeat(20)}${middle}${'b'.repeat(20)}`);
  const chart = forestChart({ sides, comparisons: names.map((name, i) => ranked(i, name)) });
  if (!isChart(chart)) throw new Error(chart.why);
  expect(new Set(panelRows(chart)[0]![0]!.map(({ line }) => line)).size).toBe(2);
});

test('where nothing has an interval the reason stands instead', () => {
  const change = { value: 1.1, low: null, high: null, n: 2, method: 'none', note: 'too few' } as const;
  const chart = forestChart({ sides, comparisons: [{ ...ranked(1), change }] });
  expect(chart).toEqual({ name: 'forest', why: 'No change has an interval: there are too few rows or runs.' });
});
