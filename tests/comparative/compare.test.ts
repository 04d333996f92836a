import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compare, type CompareOptions } from '../../comparative/compare.js';
import type { Comparison, Measure } from '../../comparative/comparison.js';
import { resultJson } from '../../comparative/result.js';
import { emptyFolder } from '../support/programs.js';
import { FIRST_START, writeSimulatedArchive, type SimulatedRun } from './archive-fixture.js';

const HOUR = 3_600_000;

const options = (archive: string, more: Partial<CompareOptions> = {}): CompareOptions => ({
  archive,
  sinceMs: null,
  gates: [],
  seed: 1,
  customPlotFile: null,
  out: null,
  plot: false,
  report: false,
  tables: null,
  ...more,
});

/** The n-th test of a comparison, an hour after the one before. */
const archive = (root: string, nth: number, run: SimulatedRun) =>
  writeSimulatedArchive(root, { startEpochMs: FIRST_START + nth * HOUR, ...run });

const of = (comparisons: Comparison[], measure: Measure, name = 'hello') =>
  comparisons.find((each) => each.measure === measure && each.name === name)!;

test('two runs of the same thing: nothing is called different', async () => {
  const root = emptyFolder();
  const instances = [
    { rows: 2_000, phi: 0.5 },
    { name: 'b', function: 'cpu', rows: 1_000, medianMs: 55 },
  ];
  await archive(root, 0, { test: 'a', instances });
  await archive(root, 1, { test: 'b', instances });
  const { result } = await compare(options(root));
  expect(result.comparisons.filter(({ finding }) => finding === 'more' || finding === 'less')).toEqual([]);
  expect(result.sentences.map(({ tone }) => tone)).toEqual(['none', 'none']);
  expect(result.comparisons.map(({ name }) => name)).toContain('cpu');
});

test('a function that became 40 % slower is found, with the truth inside its interval, and the other is left in peace', async () => {
  const root = emptyFolder();
  const both = (medianMs: number) => [
    { rows: 2_000, phi: 0.5, medianMs },
    { name: 'b', function: 'cpu', rows: 1_000, medianMs: 55 },
  ];
  await archive(root, 0, { test: 'a', instances: both(20) });
  await archive(root, 1, { test: 'b', instances: both(28) });
  const { result } = await compare(options(root));
  const p50 = of(result.comparisons, 'p50');
  expect(p50.finding).toBe('more');
  expect(p50.change.low).toBeLessThan(1.4);
  expect(p50.change.high).toBeGreaterThan(1.4);
  expect(p50.change.method).toBe('sectioning');
  expect(of(result.comparisons, 'p50', 'cpu').finding).toBe('cannot tell');
  // the slower half lies above the faster one's in most pairs: P(B > A) − P(B < A) for logs shifted by 1.12 σ is 0.57
  expect(p50.cliffs_delta).toBeGreaterThan(0.45);
  expect(p50.cliffs_delta).toBeLessThan(0.7);
  expect(result.sentences.find(({ group }) => group === 'hello')!.text).toMatch(/slower \(one run a side/);
});

test('several runs a side: the run is the unit, and a spread between runs is not taken for a difference', async () => {
  const root = emptyFolder();
  // medians 19, 20, 21 on both sides: as rows these would differ by 10 % between neighbours, as runs they do not
  for (const [i, medianMs] of [19, 20, 21].entries()) {
    await archive(root, i, { test: 'a', instances: [{ rows: 600, medianMs }] });
    await archive(root, 10 + i, { test: 'b', instances: [{ rows: 600, medianMs: 40 - medianMs }] });
    await archive(root, 20 + i, { test: 'c', instances: [{ rows: 600, medianMs: medianMs * 1.5 }] });
  }
  const { result } = await compare(options(root, { baseline: 'a', candidate: 'b' }));
  const p50 = of(result.comparisons, 'p50');
  expect(p50).toMatchObject({ finding: 'cannot tell', runs: { baseline: 3, candidate: 3 } });
  expect(p50.change).toMatchObject({ method: 'welch t', n: 6 });
  // 600 rows a run are too few for a p99
  expect(of(result.comparisons, 'p99').change.note).toBe('too few rows a run (at most 600; p99 needs 1,000)');
  const slower = await compare(options(root, { baseline: 'a', candidate: 'c' }));
  expect(of(slower.result.comparisons, 'p50').finding).toBe('more');
});

test('the p values are corrected over all comparisons shown, and the same seed gives the same result', async () => {
  const root = emptyFolder();
  await archive(root, 0, { test: 'a', instances: [{ rows: 1_200 }] });
  await archive(root, 1, { test: 'b', instances: [{ rows: 1_200, medianMs: 21 }] });
  const first = await compare(options(root, { seed: 5 }));
  for (const { p, p_holm } of first.result.comparisons) {
    if (p === null) expect(p_holm).toBeNull();
    else expect(p_holm!).toBeGreaterThanOrEqual(p);
  }
  const again = await compare(options(root, { seed: 5 }));
  expect(resultJson(again.result, again.written)).toEqual(resultJson(first.result, first.written));
});

test('instances are compared beside their function where it has several, and only then', async () => {
  const root = emptyFolder();
  const instances = [
    { name: 'one', rows: 400 },
    { name: 'two', rows: 400 },
    { name: 'alone', function: 'cpu', rows: 400 },
  ];
  await archive(root, 0, { test: 'a', instances });
  await archive(root, 1, { test: 'b', instances });
  const { result } = await compare(options(root));
  const groups = [...new Set(result.comparisons.map(({ scope, name }) => `${scope} ${name}`))];
  expect(groups).toEqual(['function cpu', 'function hello', 'instance one', 'instance two']);
});

test('where the client waited for no result, the platform’s latency is compared', async () => {
  const root = emptyFolder();
  const without = ['response_ms'];
  await archive(root, 0, { test: 'a', instances: [{ rows: 900 }], without });
  await archive(root, 1, { test: 'b', instances: [{ rows: 900, medianMs: 40 }], without });
  const { result } = await compare(options(root));
  expect(of(result.comparisons, 'p50')).toMatchObject({ time: 'latency_ms', finding: 'more' });
});

test('what differs in the setting is listed, the environment first; ports of the loopback are no difference', async () => {
  const root = emptyFolder();
  const endpoint = (port: number) => ({ endpoint: { kind: 'embedded', url: `http://127.0.0.1:${port}` } });
  await archive(root, 0, { test: 'a', instances: [{ rows: 60, ratePerS: 10 }], manifest: endpoint(3233) });
  await archive(root, 1, {
    test: 'b',
    instances: [{ rows: 60, ratePerS: 20 }],
    manifest: {
      ...endpoint(40_001),
      faaslab_version: '0.2.0',
      host: { hostname: 'other', os: 'Linux 6.8', cpus: 64, memory_bytes: 8 * 2 ** 30 },
    },
  });
  const { result } = await compare(options(root));
  expect(result.settings.map(({ setting, baseline, candidate }) => [setting, ...baseline, ...candidate])).toEqual([
    ['host', 'lab', 'other'],
    ['processors', '2', '64'],
    ['faaslab version', '0.1.0', '0.2.0'],
    ['config test_duration_in_seconds', '6', '3'],
    ['config instances.instance1.rate', '10', '20'],
  ]);
  expect(result.settings.map(({ environment }) => environment)).toEqual([true, true, true, false, false]);
});

test('an invalid run is named, and broken archives are left out with their reason', async () => {
  const root = emptyFolder();
  await archive(root, 0, {
    test: 'a',
    instances: [{ rows: 60 }],
    manifest: { verdict: { valid: false, reasons: ['3 rows lost'] } },
  });
  await archive(root, 1, { test: 'b', instances: [{ rows: 60 }] });
  await writeFile(join(await archive(root, 2, { test: 'c', instances: [{ rows: 60 }] }), 'manifest.json'), '{');
  const { result } = await compare(options(root));
  expect(result.invalid).toMatchObject([{ test: 'a', reasons: ['3 rows lost'] }]);
  expect(result.merged.skipped).toMatchObject([{ name: '2026_11_21_10_00_00_c' }]);
  expect(result.sides!.candidate.label).toBe('b');
});

/** No monitor ran, so there are no counters to draw. */
const PICTURES = [
  'cdf',
  'forest',
  'latency-over-time',
  'load-curve',
  'percentiles',
  'quantile-shift',
  'trend',
  'warm-cold',
];

test('pictures, page and tables appear together in a folder of their own, whole or not at all', async () => {
  const root = emptyFolder();
  const out = join(emptyFolder(), 'a', 'comparison');
  await archive(root, 0, { test: 'json_5ps', instances: [{ rows: 300, ratePerS: 5 }] });
  await archive(root, 1, { test: 'json_20ps', instances: [{ rows: 300, ratePerS: 20 }] });
  const { written } = await compare(options(root, { plot: true, report: true, tables: 'parquet', out }));
  const files = (await readdir(out, { recursive: true })).sort();
  expect(files).toEqual(
    [
      ...PICTURES.flatMap((name) => [`${name}.png`, `${name}.svg`]),
      'report.html',
      'tables',
      'tables/combined_stat.parquet',
      'tables/combined_test.parquet',
    ].sort(),
  );
  expect(written).toMatchObject({ folder: out, report: join(out, 'report.html') });
  for (const path of [...written.pictures, ...written.tables]) expect(existsSync(path)).toBe(true);
  expect(await readdir(join(out, '..'))).toEqual(['comparison']);
});

test('a gate without two sides, and a seed of sides that are one, are refused before anything is written', async () => {
  const root = emptyFolder();
  await archive(root, 0, { test: 'a', instances: [{ rows: 20 }] });
  await expect(compare(options(root, { gates: ['p99 +5%'] }))).rejects.toThrow('--gate needs two sides');
  await expect(compare(options(root, { baseline: 'a', candidate: 'a' }))).rejects.toThrow(/stands on both sides/);
});

test('functions that only one side has are named, and each gate tells of them; none in common is no silent pass', async () => {
  const root = emptyFolder();
  const rows = 400;
  await archive(root, 0, { test: 'a', instances: ['x', 'y'].map((name) => ({ name, function: name, rows })) });
  await archive(root, 1, { test: 'b', instances: ['x', 'z'].map((name) => ({ name, function: name, rows })) });
  await archive(root, 2, { test: 'c', instances: [{ name: 'w', function: 'w', rows }] });
  const some = await compare(options(root, { baseline: 'a', candidate: 'b', gates: ['error_rate +5pp'] }));
  expect(some.result.unpaired.map(({ name, side }) => [name, side])).toEqual([
    ['y', 'baseline'],
    ['z', 'candidate'],
  ]);
  expect(some.result.gates.map(({ group, verdict }) => [group, verdict])).toEqual([
    ['y', 'not enough data'],
    ['z', 'not enough data'],
    ['x', 'pass'],
  ]);
  const none = await compare(options(root, { baseline: 'a', candidate: 'c', gates: ['error_rate +5pp'] }));
  expect(none.result.comparisons).toEqual([]);
  expect(none.result.gates.map(({ group, verdict }) => [group, verdict])).toEqual(
    ['w', 'x', 'y'].map((group) => [group, 'not enough data']),
  );
});

test('an instance that one side lacks is told where its function has several, and renamed ones are their function', async () => {
  const root = emptyFolder();
  const of = (...names: string[]) => names.map((name) => ({ name, function: 'x', rows: 300 }));
  await archive(root, 0, { test: 'a', instances: of('one', 'two') });
  await archive(root, 1, { test: 'b', instances: of('one', 'three') });
  await archive(root, 2, { test: 'c', instances: of('other') });
  const { result } = await compare(options(root, { baseline: 'a', candidate: 'b' }));
  expect(result.unpaired.map(({ name, side }) => [name, side])).toEqual([
    ['three', 'candidate'],
    ['two', 'baseline'],
  ]);
  const renamed = await compare(options(root, { baseline: 'c', candidate: 'b' }));
  expect(renamed.result.unpaired.map(({ name }) => name)).toEqual(['one', 'three']);
  expect(renamed.result.comparisons.some(({ scope, name }) => scope === 'function' && name === 'x')).toBe(true);
});
