import { expect, test } from 'vitest';
import { isChart } from '../../../comparative/charts/chart.js';
import { forestChart } from '../../../comparative/charts/forest.js';
import type { Comparison, Measure } from '../../../comparative/comparison.js';
import { renderSvg } from '../../../plotting/render.js';
import type { Estimate } from '../../../statistics/estimate.js';
import { comparison } from '../comparison-fixture.js';
import { panelRows } from './scenes.js';

const sides = { baseline: { label: 'v1', runs: ['a'] }, candidate: { label: 'v2', runs: ['b'] }, chosen: null };

/** The i-th is the surer the greater i is. */
const ranked = (i: number, name = `f${i}`): Comparison =>
  comparison('p50', [1.1, 1.05, 1.15], { name, function: name, p: 1 / (i + 2), p_holm: 1 / (i + 2) });

test('of more than eighty comparisons the surest are drawn, in their own order, and the caption counts the others', async () => {
  const chart = forestChart({ sides, comparisons: Array.from({ length: 90 }, (_, i) => ranked(i)) });
  if (!isChart(chart)) throw new Error(chart.why);
  const lines = panelRows(chart)[0]![0]!.map(({ full, measure }) => `${String(full)} ${String(measure)}`);
  expect(lines).toEqual(Array.from({ length: 80 }, (_, i) => `f${i + 10} response p50`));
  expect(chart.caption).toContain(
    '80 of 90 comparisons are drawn, those with the smallest p values; the report’s table and --json have all.',
  );
  expect(await renderSvg(chart.spec)).toContain('>f89<');
});

test('level, methods by measure, runs and rows stand in the caption, and that of one run a side nothing is known between runs', () => {
  const change = (method: Estimate['method']) => ({ value: 1.1, low: 1, high: 1.2, n: 2, method, note: null });
  const single = { runs: { baseline: 1, candidate: 1 }, rows: { baseline: 1_200, candidate: 900 } };
  const of = (measure: Measure, method: Estimate['method'], name = 'hello') =>
    comparison(measure, [1.1, 1, 1.2], { ...single, name, change: change(method) });
  const comparisons = [
    of('p50', 'sectioning'),
    of('p99', 'block bootstrap'),
    of('error_rate', 'wilson score'),
    of('error_rate', 'sectioning', 'cpu'),
  ];
  const chart = forestChart({ sides, comparisons });
  if (!isChart(chart)) throw new Error(chart.why);
  expect(chart.caption).toContain(
    'Bars are 95 % intervals, each for itself: of response p50 and some errors by sectioning (ten sections of each run in the order of time); of response p99 by the moving-block bootstrap; of some errors by Wilson’s score on the effective number of rows. Each rests on 1 run with 1,200 rows of the baseline and 1 run with 900 rows of the candidate. Nothing is known of the spread between runs.',
  );
});

test('an interval that reaches beyond every axis ends at its edge, and the numbers beside it tell how far it goes', async () => {
  const wide = comparison('p99', [1.1, 1e-200, Infinity], { p: 0.9 });
  const chart = forestChart({ sides, comparisons: [wide, ranked(1)] });
  if (!isChart(chart)) throw new Error(chart.why);
  const svg = await renderSvg(chart.spec);
  expect(svg).not.toMatch(/(?:d|transform|x2|y2)="[^"]*(?:NaN|Infinity)/);
  expect(svg).toContain('>+10 % [−100, +∞]<');
});

test('at a measure stands its name alone, so that none of it is cut however long the name of its function is', async () => {
  const chart = forestChart({ sides, comparisons: [ranked(1, 'W'.repeat(200))] });
  if (!isChart(chart)) throw new Error(chart.why);
  const texts = [...(await renderSvg(chart.spec)).matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);
  expect(texts).toContain('response p50');
  // twice: its ground and itself
  expect(texts.filter((text) => /^W+…W+$/.test(text!))).toHaveLength(2);
});

test('two functions whose long names differ in the middle only keep a line each', () => {
  const names = ['x', 'y'].map((middle) => `${'a'.repeat(90)}${middle}${'b'.repeat(90)}`);
  const chart = forestChart({ sides, comparisons: names.map((name, i) => ranked(i, name)) });
  if (!isChart(chart)) throw new Error(chart.why);
  const [rows] = panelRows(chart)[0]!;
  expect(new Set(rows!.map(({ line }) => line)).size).toBe(2);
  expect(new Set(rows!.map(({ group }) => group)).size).toBe(2);
  expect(rows!.map(({ full }) => full)).toEqual(names);
});

test('where nothing has an interval the reason stands instead', () => {
  const change = { value: 1.1, low: null, high: null, n: 2, method: 'none', note: 'too few' } as const;
  const chart = forestChart({ sides, comparisons: [{ ...ranked(1), change }] });
  expect(chart).toEqual({ name: 'forest', why: 'No change has an interval: there are too few rows or runs.' });
});
